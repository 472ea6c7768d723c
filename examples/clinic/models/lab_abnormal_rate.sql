-- Laboratory results a month and test, and the share outside the reference interval.
select
  date_trunc('month', observation.effective_at at time zone 'UTC')::date as month,
  observation.code,
  min(observation.description) as description,
  count(*)::integer as results,
  (count(*) filter (where observation.is_abnormal))::integer as abnormal,
  round(100.0 * count(*) filter (where observation.is_abnormal) / count(*), 2)::double precision as abnormal_percent
from gold.observation
where observation.category = 'laboratory' and observation.is_abnormal is not null
group by 1, 2
