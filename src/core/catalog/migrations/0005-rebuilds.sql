-- A rebuild replaces everything that earlier versions of a silver table had: their counts stand in history and add up no more.
alter table hippo.snapshots add column rebuilt boolean;
create view hippo.standing_snapshots as
  select * from hippo.snapshots s
  where not exists (
    select from hippo.snapshots later
    where later.layer = s.layer and later.dataset = s.dataset and later.rebuilt and later.version > s.version);
