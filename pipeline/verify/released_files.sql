-- The files of all payout runs as they were released, manifests too.
--   →   run     bigint
--       name    text
--       sha256  text
SELECT file.run    AS run,
       file.name   AS name,
       file.sha256 AS sha256
  FROM tidemark.payout_file AS file
 UNION ALL
SELECT run.number, 'manifest.json', run.manifest_sha256
  FROM tidemark.payout_run AS run
 WHERE run.state = 'released'
 ORDER BY run, name;
