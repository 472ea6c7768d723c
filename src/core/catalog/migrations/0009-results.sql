-- Results of checks for good: by which contract and rule they were judged, and no change afterwards.
alter table hippo.check_results
  add column rule_digest text,
  add column contract_version text,
  add column contract_digest text,
  -- Set when nothing was committed: `version` is what it would have become.
  add column is_gated boolean;

update hippo.check_results c set contract_version = s.contract_version, contract_digest = s.contract_digest
  from hippo.snapshots s where s.layer = c.layer and s.dataset = c.dataset and s.version = c.version and s.run = c.run;

create function hippo.refuse_new_results() returns trigger language plpgsql as $$
begin
  raise exception 'results of checks are append-only' using errcode = 'restrict_violation';
end $$;
create trigger append_only before update on hippo.check_results for each row execute function hippo.refuse_new_results();
alter table hippo.check_results enable always trigger append_only;

-- Stored results judged again by other thresholds: `run` judged the result of `of_run` again. The result itself stays.
create table hippo.rejudged_checks (
  run uuid not null,
  of_run uuid not null,
  layer text not null,
  dataset text not null,
  version bigint not null,
  id text not null,
  severity text not null,
  outcome text not null,
  threshold jsonb not null,
  contract_version text not null,
  contract_digest text not null,
  at timestamptz(3) not null,
  primary key (of_run, layer, dataset, version, id, run)
);
create trigger append_only before update on hippo.rejudged_checks for each row execute function hippo.refuse_new_results();
alter table hippo.rejudged_checks enable always trigger append_only;
