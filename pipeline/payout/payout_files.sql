-- The files of a run as they were released.
--   $1  run  bigint
--   →   name, sha256, size_bytes, records
SELECT file.name       AS name,
       file.sha256     AS sha256,
       file.size_bytes AS size_bytes,
       file.records    AS records
  FROM tidemark.payout_file AS file
 WHERE file.run = $1::bigint
 ORDER BY file.name COLLATE "C";
