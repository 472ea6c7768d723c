-- Rows of earlier batches that a commit took out of open quarantine, as {"rows": n, "reasons": {check: n}}: what is open is what
-- was rejected less what was settled.
alter table hippo.snapshots add column settled jsonb;
create or replace view hippo.standing_snapshots as
  select * from hippo.snapshots s
  where not exists (
    select from hippo.snapshots later
    where later.layer = s.layer and later.dataset = s.dataset and later.rebuilt and later.version > s.version);
