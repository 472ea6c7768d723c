-- A projection of the lake: capture records and Delta logs decide, these tables make it searchable. Nothing here refers to
-- hippo.runs by key, so that it can be made again from the lake alone.
create table hippo.datasets (
  name text not null,
  layer text not null check (layer in ('bronze', 'silver', 'gold')),
  description text,
  first_seen timestamptz(3) not null default now(),
  primary key (layer, name)
);

create table hippo.contracts (
  dataset text not null,
  version text not null,
  digest text not null,
  document jsonb not null,
  first_seen timestamptz(3) not null default now(),
  primary key (dataset, digest)
);

create table hippo.snapshots (
  layer text not null check (layer in ('bronze', 'silver', 'gold')),
  dataset text not null,
  version bigint not null,
  run uuid not null,
  batch bigint,
  rows bigint not null,
  counts jsonb,
  reasons jsonb,
  drift jsonb,
  score double precision,
  contract_version text not null,
  contract_digest text not null,
  committed_at timestamptz(3) not null,
  unique (layer, dataset, version)
);
create index on hippo.snapshots (run);

create table hippo.check_results (
  layer text not null check (layer in ('bronze', 'silver', 'gold')),
  dataset text not null,
  version bigint not null,
  run uuid not null,
  id text not null,
  position integer not null,
  rule text not null,
  column_name text,
  dimension text not null,
  kahn text not null,
  severity text not null,
  outcome text not null,
  violated bigint not null,
  denominator bigint not null,
  percent double precision not null,
  threshold jsonb not null,
  reason text,
  description text not null,
  at timestamptz(3) not null,
  primary key (run, layer, dataset, version, id)
);
create index on hippo.check_results (dataset, layer, at desc);
create index on hippo.check_results (dataset, id, at desc);

create table hippo.lineage_edges (
  run uuid not null,
  from_layer text not null check (from_layer in ('source', 'bronze', 'silver', 'gold')),
  from_name text not null,
  from_version bigint not null,
  to_layer text not null check (to_layer in ('source', 'bronze', 'silver', 'gold')),
  to_name text not null,
  to_version bigint not null,
  at timestamptz(3) not null,
  primary key (to_layer, to_name, to_version, from_layer, from_name, from_version, run)
);
create index on hippo.lineage_edges (from_layer, from_name, from_version);

create table hippo.captured_files (
  batch bigint not null,
  source text not null,
  dataset text not null,
  path text not null,
  sha256 text not null,
  size_bytes bigint not null,
  key text not null,
  compression text not null,
  dialect jsonb,
  received_at timestamptz(3) not null,
  modified_at timestamptz(3) not null,
  run uuid not null,
  primary key (batch, source, dataset, path)
);
create index on hippo.captured_files (sha256);
create index on hippo.captured_files (dataset, batch);
