-- One row an encounter that was not cancelled: length of stay, age at its start, and for finished inpatient stays whether
-- the same patient was admitted again within 30 days of the end.
with encounter as (
  select * from silver.encounter where status <> 'cancelled'
),
stay as (
  select
    encounter_id,
    end_at,
    lead(start_at) over (partition by patient_id order by start_at, encounter_id) as next_admission_at
  from encounter
  where class = 'inpatient'
)
select
  encounter.encounter_id,
  encounter.patient_id,
  encounter.class,
  encounter.status,
  encounter.department,
  encounter.start_at,
  encounter.end_at,
  round(extract(epoch from encounter.end_at - encounter.start_at) / 3600.0, 2)::double precision as length_of_stay_hours,
  extract(year from age((encounter.start_at at time zone 'UTC')::date, patient.birth_date))::integer as age_at_start,
  case
    when encounter.class = 'inpatient' and encounter.status = 'finished'
      then coalesce(stay.next_admission_at <= stay.end_at + interval '30 days', false)
  end as readmitted_within_30_days
from encounter
join silver.patient on patient.patient_id = encounter.patient_id
left join stay on stay.encounter_id = encounter.encounter_id
