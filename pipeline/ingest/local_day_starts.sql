-- The instants at which a zone's local days begin, a row a day, in any order: to sort them would take as long as to make them.
-- Where a midnight does not exist, the day begins with the first instant behind it.
--   $1  zone       text
--   $2  first_day  date
--   $3  days       integer
--   →   day        integer  from 0
--       start      bigint   microseconds since 1970-01-01 00:00 UTC
SELECT day.number AS day,
       (extract(epoch FROM ($2::date + day.number)::timestamp AT TIME ZONE $1::text) * 1000000)::bigint AS start
  FROM generate_series(0, $3::integer - 1) AS day (number);
