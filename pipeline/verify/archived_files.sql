-- Every file of the ledger; revoked ones stay in the archive too.
--   →   feed        text
--       sha256      text
--       size_bytes  bigint
SELECT feed.name       AS feed,
       file.sha256     AS sha256,
       file.size_bytes AS size_bytes
  FROM tidemark.report_file AS file
  JOIN tidemark.feed ON feed.id = file.feed
 ORDER BY feed.name COLLATE "C", file.id;
