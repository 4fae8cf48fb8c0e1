-- The IDs that a file brought, and the sums of their fingerprints.
--   $1  report_file  bigint
--   →   number       bigint
--       ids          bytea
--       sums         bytea
SELECT part.number,
       part.ids,
       part.sums
  FROM tidemark.report_file_part AS part
 WHERE part.report_file = $1::bigint
 ORDER BY part.number;
