-- The instants at which a zone's local days begin, but for those that begin 24 hours after the day before: some 440 of 40,000 are
-- sent and read. Where a midnight does not exist, the day begins with the first instant behind it; where it comes twice (the Azores
-- and Havana go back from one o'clock), with the first: the server gives the last, when a part of the day has passed. (A window over
-- the day before would sort, which takes as long as to make them. So a day is sent where it or the day before it moves.)
--   $1  zone       text
--   $2  first_day  date
--   $3  days       integer
--   →   day        integer  from 0, which is always there; rising
--       start      bigint   microseconds since 1970-01-01 00:00 UTC
SELECT DISTINCT day.number + next.number AS day,
       (extract(epoch FROM midnight.last - greatest(passed.before, interval '0')) * 1000000)::bigint AS start
  FROM generate_series(0, $3::integer - 1) AS day (number)
       CROSS JOIN generate_series(0, 1) AS next (number)
       CROSS JOIN LATERAL (SELECT ($2::date + day.number + next.number)::timestamp AS local,
                                  ($2::date + day.number + next.number)::timestamp AT TIME ZONE $1::text AS last) AS midnight
       CROSS JOIN LATERAL (SELECT (midnight.last - interval '1 microsecond') AT TIME ZONE $1::text
                                  + interval '1 microsecond' - midnight.local AS before) AS passed
 WHERE (day.number = 0
        OR ($2::date + day.number)::timestamp AT TIME ZONE $1::text
           <> ($2::date + day.number - 1)::timestamp AT TIME ZONE $1::text + interval '24 hours')
   AND day.number + next.number < $3::integer
 ORDER BY day;
