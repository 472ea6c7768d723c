-- Which versions of gold tables were built, and which of them readers saw from when on.
create table hippo.model_versions (
  model text not null,
  version bigint not null,
  run uuid not null,
  materialization text not null check (materialization in ('table', 'view')),
  sql_digest text not null,
  contract_version text not null,
  contract_digest text not null,
  inputs jsonb not null,
  rows bigint not null,
  score double precision,
  created_at timestamptz(3) not null,
  dropped_at timestamptz(3),
  primary key (model, version)
);

create table hippo.published (
  position bigint generated always as identity primary key,
  table_name text not null,
  version bigint not null,
  previous_version bigint,
  run uuid not null,
  rows bigint not null,
  live_since timestamptz(3) not null,
  unique (run, table_name)
);
create index on hippo.published (table_name, position desc);
