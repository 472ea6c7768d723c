-- Admissions a day (UTC) and class, for encounters that take someone in.
select
  (encounter.start_at at time zone 'UTC')::date as day,
  encounter.class,
  count(*)::integer as admissions,
  count(distinct encounter.patient_id)::integer as patients,
  round(avg(encounter.length_of_stay_hours)::numeric, 2)::double precision as mean_length_of_stay_hours
from gold.encounter
where encounter.class in ('inpatient', 'emergency')
group by 1, 2
