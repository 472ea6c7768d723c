-- Of the inpatient stays that ended in a month, the share followed by another admission of the patient within 30 days.
-- The last 30 days before the newest admission are still open and can only rise.
select
  date_trunc('month', encounter.end_at at time zone 'UTC')::date as month,
  count(*)::integer as stays,
  (count(*) filter (where encounter.readmitted_within_30_days))::integer as readmissions,
  round(100.0 * count(*) filter (where encounter.readmitted_within_30_days) / count(*), 2)::double precision as readmission_percent
from gold.encounter
where encounter.class = 'inpatient' and encounter.status = 'finished'
group by 1
