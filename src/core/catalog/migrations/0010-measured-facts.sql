-- What checks of whole datasets measured of each version, for later versions to be held against and to be judged by again. Counts, shares
-- and ages; no value of a row.
create table hippo.measured_facts (
  layer text not null check (layer in ('silver', 'gold')),
  dataset text not null,
  version bigint not null,
  run uuid not null,
  check_id text not null,
  basis text not null,
  facts jsonb not null,
  at timestamptz(3) not null,
  primary key (layer, dataset, check_id, version, run)
);
