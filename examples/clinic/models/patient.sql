-- One row a patient, without names, addresses and dates of birth: what analysts may see.
with contact as (
  select patient_id, count(*) as encounters, min(start_at) as first_seen_at, max(start_at) as last_seen_at
  from silver.encounter
  where status <> 'cancelled'
  group by patient_id
)
select
  patient.patient_id,
  patient.sex,
  extract(year from patient.birth_date)::integer as birth_year,
  patient.death_date is not null as is_deceased,
  left(patient.postal_code, 2) as postal_area,
  coalesce(contact.encounters, 0)::integer as encounters,
  contact.first_seen_at,
  contact.last_seen_at
from silver.patient
left join contact on contact.patient_id = patient.patient_id
