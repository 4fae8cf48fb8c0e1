-- Those of these numbers that are no run of the database.
--   $1  numbers  bigint[]
--   →   number   bigint
SELECT found.number AS number
  FROM unnest($1::bigint[]) AS found (number)
 WHERE NOT EXISTS (SELECT FROM tidemark.payout_run AS run WHERE run.number = found.number)
 ORDER BY found.number;
