-- Which of some files, by their SHA-256, the ledger does not know.
--   $1  feed    text
--   $2  sha256  text[]
--   →   sha256  text
SELECT wanted.sha256
  FROM unnest($2::text[]) AS wanted (sha256)
 WHERE NOT EXISTS (SELECT
                     FROM tidemark.report_file AS file
                     JOIN tidemark.feed ON feed.id = file.feed
                    WHERE feed.name = $1::text AND file.sha256 = wanted.sha256)
 ORDER BY wanted.sha256 COLLATE "C";
