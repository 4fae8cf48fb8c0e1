-- Rejected rows of a feed's live files in which an ID stands, as it may stand in others by chance: some of them.
--   $1  feed    text
--   $2  id      bytea   its digits
--   →   file    text
--       line    bigint
--       column  text
--       reason  text
--       found   text
SELECT encode(file.name, 'escape')          AS file,
       reject.line,
       encode(reject.column_name, 'escape') AS column,
       reject.reason,
       encode(reject.found, 'escape')       AS found
  FROM tidemark.feed
  JOIN tidemark.report_file AS file ON file.feed = feed.id
  JOIN tidemark.reject ON reject.report_file = file.id
 WHERE feed.name = $1::text AND file.state = 'counted' AND position($2::bytea IN reject.raw) > 0
 ORDER BY file.id, reject.line
 LIMIT 10;
