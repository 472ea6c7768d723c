-- One row a procedure, with the class of its encounter and how long it took.
select
  procedure.procedure_id,
  procedure.patient_id,
  procedure.encounter_id,
  encounter.class as encounter_class,
  procedure.code,
  procedure.description,
  procedure.start_at,
  procedure.end_at,
  round(extract(epoch from procedure.end_at - procedure.start_at) / 60.0, 1)::double precision as duration_minutes
from silver.procedure
join silver.encounter on encounter.encounter_id = procedure.encounter_id
