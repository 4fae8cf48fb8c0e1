-- The names of a feed's live files.
--   $1  feed  text
--   →   name  bytea
SELECT file.name
  FROM tidemark.report_file AS file
  JOIN tidemark.feed ON feed.id = file.feed
 WHERE feed.name = $1::text AND file.state = 'counted'
 ORDER BY file.id;
