-- What a run with an idempotency key was asked for: the same key for something else is a mistake, not a repetition.
alter table hippo.runs add column request_digest text;
