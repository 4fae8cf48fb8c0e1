-- Runs that are committed and have no files yet: a crash came between.
--   →   number  bigint
SELECT run.number AS number
  FROM tidemark.payout_run AS run
 WHERE run.state = 'built'
 ORDER BY run.number;
