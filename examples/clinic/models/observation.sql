-- One row an observation that stands (nothing cancelled), typed. is_abnormal holds the value against common reference
-- intervals for adults (general knowledge, not any one laboratory's: replace them by your own); null where there is none.
with reference_interval (code, low, high) as (
  values
    ('8480-6', 90::double precision, 140::double precision),
    ('8462-4', 60::double precision, 90::double precision),
    ('8867-4', 50::double precision, 100::double precision),
    ('9279-1', 12::double precision, 20::double precision),
    ('8310-5', 36.0::double precision, 38.0::double precision),
    ('59408-5', 94::double precision, 100::double precision),
    ('2345-7', 70::double precision, 140::double precision),
    ('2951-2', 135::double precision, 145::double precision),
    ('2823-3', 3.5::double precision, 5.1::double precision),
    ('2075-0', 98::double precision, 107::double precision),
    ('1963-8', 22::double precision, 29::double precision),
    ('2160-0', 0.5::double precision, 1.3::double precision),
    ('3094-0', 7::double precision, 21::double precision),
    ('17861-6', 8.6::double precision, 10.3::double precision),
    ('6690-2', 4.0::double precision, 11.0::double precision),
    ('789-8', 3.9::double precision, 5.7::double precision),
    ('718-7', 12.0::double precision, 17.5::double precision),
    ('4544-3', 36::double precision, 52::double precision),
    ('777-3', 150::double precision, 400::double precision),
    ('787-2', 80::double precision, 100::double precision),
    ('1742-6', 7::double precision, 55::double precision),
    ('1920-8', 8::double precision, 48::double precision),
    ('6768-6', 40::double precision, 130::double precision),
    ('1975-2', 0.1::double precision, 1.2::double precision),
    ('1751-7', 3.5::double precision, 5.2::double precision),
    ('2093-3', 100::double precision, 200::double precision),
    ('2571-8', 35::double precision, 150::double precision),
    ('4548-4', 4.0::double precision, 5.6::double precision),
    ('1988-5', 0::double precision, 5.0::double precision),
    ('2524-7', 0.5::double precision, 2.2::double precision)
)
select
  observation.observation_id,
  observation.patient_id,
  observation.encounter_id,
  observation.category,
  observation.code,
  observation.description,
  observation.value_number,
  observation.value_text,
  observation.unit,
  observation.status,
  observation.effective_at,
  observation.value_number < reference_interval.low or observation.value_number > reference_interval.high as is_abnormal,
  row_number() over (
    partition by observation.patient_id, observation.code
    order by observation.effective_at desc, observation.observation_id desc
  ) = 1 as is_latest
from silver.observation
left join reference_interval on reference_interval.code = observation.code
where observation.status not in ('cancelled', 'registered')
