-- Which kinds of materialization there are is said by the code's registry alone.
alter table hippo.model_versions drop constraint model_versions_materialization_check;
