-- One row a prescription. The daily count is what was handed out over the days it was meant for.
select
  medication.medication_id,
  medication.patient_id,
  medication.encounter_id,
  medication.medication_code,
  medication.name,
  medication.dose,
  medication.dose_unit,
  medication.route,
  medication.quantity,
  medication.days_supply,
  round(medication.quantity::numeric / medication.days_supply, 2)::double precision as units_per_day,
  medication.start_date,
  medication.end_date
from silver.medication
