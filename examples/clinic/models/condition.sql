-- One row a recorded diagnosis, with the age at onset.
select
  condition.condition_id,
  condition.patient_id,
  condition.encounter_id,
  condition.code,
  condition.description,
  condition.clinical_status,
  condition.onset_date,
  condition.abatement_date,
  extract(year from age(condition.onset_date, patient.birth_date))::integer as age_at_onset
from silver.condition
join silver.patient on patient.patient_id = condition.patient_id
