-- Results as they stand: as they were judged, or as they were last judged again. What was judged again by facts has counts of its own,
-- and says what it was held against; what was counted first stands beside them, for only that belongs to the rule of the result.
alter table hippo.rejudged_checks
  add column violated bigint,
  add column denominator bigint,
  add column description text;

create view hippo.standing_checks as
  select c.layer, c.dataset, c.version, c.run, c.at, c.id, c.position, c.rule, c.column_name, c.dimension, c.kahn,
    coalesce(j.severity, c.severity) as severity, coalesce(j.outcome, c.outcome) as outcome,
    coalesce(j.violated, c.violated) as violated, coalesce(j.denominator, c.denominator) as denominator,
    coalesce(case when j.denominator > 0 then 100.0::float8 * j.violated / j.denominator end, c.percent) as percent,
    coalesce(j.threshold, c.threshold) as threshold,
    case when j.run is null then c.reason when j.outcome = 'waived' then 'waived by the contract of run ' || j.run end as reason,
    coalesce(j.description, c.description) as description, c.rule_digest, c.contract_version, c.contract_digest, c.is_gated,
    case when j.run is not null then jsonb_build_object('run', j.run, 'was', c.outcome) end as rejudged,
    c.violated as judged_violated, c.denominator as judged_denominator
  from hippo.check_results c
  left join lateral (
    select * from hippo.rejudged_checks again
    where again.of_run = c.run and again.layer = c.layer and again.dataset = c.dataset and again.version = c.version and again.id = c.id
    order by again.at desc, again.run desc limit 1) j on true;
