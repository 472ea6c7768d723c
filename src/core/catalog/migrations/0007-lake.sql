-- The lake that everything here is said of. At most one row.
create table hippo.lake (
  one boolean primary key default true check (one),
  id text not null,
  uri text not null,
  recorded_at timestamptz not null default now()
);
