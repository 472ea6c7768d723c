-- Why a captured file can never reach silver (`file.binary` …); null for the others.
alter table hippo.captured_files add column rejected text;
create index on hippo.captured_files (received_at) where rejected is not null;
create index on hippo.captured_files (source, path, batch);
