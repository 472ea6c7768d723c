-- What ran, for whom, with which result; who did what. Times have milliseconds, as every instant of the core.
create table hippo.meta (
  key text primary key,
  value jsonb not null,
  updated_at timestamptz(3) not null default now()
);

create table hippo.runs (
  id uuid primary key,
  verb text not null,
  pipeline text,
  state text not null check (state in ('running', 'succeeded', 'noop', 'gated', 'failed', 'interrupted', 'cancelled')),
  actor text not null,
  host text not null,
  pid integer not null,
  parent uuid,
  started_at timestamptz(3) not null,
  finished_at timestamptz(3),
  progress jsonb,
  result jsonb,
  error jsonb,
  idempotency_key text,
  check ((state = 'running') = (finished_at is null))
);
create index on hippo.runs (started_at desc, id desc);
create index on hippo.runs (host) where state = 'running';
create index on hippo.runs (parent) where parent is not null;
create index on hippo.runs (idempotency_key, verb) where idempotency_key is not null;

create table hippo.run_steps (
  run uuid not null references hippo.runs (id) on delete cascade,
  position integer not null,
  step text not null,
  subject text,
  state text not null check (state in ('running', 'ok', 'noop', 'gated', 'failed')),
  detail text,
  started_at timestamptz(3) not null,
  finished_at timestamptz(3),
  primary key (run, position)
);
create index on hippo.run_steps (subject) where subject is not null;

create table hippo.audit (
  id bigint generated always as identity primary key,
  at timestamptz(3) not null default clock_timestamp(),
  actor text not null,
  action text not null,
  subject text not null,
  reason text,
  run uuid
);

create function hippo.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'hippo.audit is append-only' using errcode = 'restrict_violation';
end $$;
create trigger append_only before update or delete on hippo.audit for each row execute function hippo.refuse_change();
create trigger append_only_truncate before truncate on hippo.audit for each statement execute function hippo.refuse_change();
-- Also when triggers are off for replication roles.
alter table hippo.audit enable always trigger append_only;
alter table hippo.audit enable always trigger append_only_truncate;
