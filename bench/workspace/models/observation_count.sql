-- Next to no work of its own: what promote gold takes here is the load of the accepted rows.
select count(*) as rows from silver.observations
