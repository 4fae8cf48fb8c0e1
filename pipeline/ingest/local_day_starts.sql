-- The instants at which a zone's local days begin, but for those that begin 24 hours after the day before: some 220 of 40,000 are
-- sent and read. Where a midnight does not exist, the day begins with the first instant behind it. (A window over the day before
-- would sort, which takes as long as to make them.)
--   $1  zone       text
--   $2  first_day  date
--   $3  days       integer
--   →   day        integer  from 0, which is always there; rising
--       start      bigint   microseconds since 1970-01-01 00:00 UTC
SELECT day.number AS day,
       (extract(epoch FROM ($2::date + day.number)::timestamp AT TIME ZONE $1::text) * 1000000)::bigint AS start
  FROM generate_series(0, $3::integer - 1) AS day (number)
 WHERE day.number = 0
    OR ($2::date + day.number)::timestamp AT TIME ZONE $1::text
       <> ($2::date + day.number - 1)::timestamp AT TIME ZONE $1::text + interval '24 hours'
 ORDER BY day.number;
