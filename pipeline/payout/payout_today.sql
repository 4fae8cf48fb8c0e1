-- Today in the zone of who pays.
--   $1  zone  text
--   →   today  date
SELECT (now() AT TIME ZONE $1::text)::date AS today;
