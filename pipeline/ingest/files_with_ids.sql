-- The live files of a feed that brought IDs of some parts, and these IDs.
--   $1  feed     integer
--   $2  numbers  bigint[]
--   →   file     bigint
--       sha256   text
--       name     bytea
--       number   bigint
--       ids      bytea
SELECT file.id AS file,
       file.sha256,
       file.name,
       part.number,
       part.ids
  FROM tidemark.report_file_part AS part
  JOIN tidemark.report_file AS file ON file.id = part.report_file
 WHERE part.feed = $1::integer AND part.number = ANY ($2::bigint[]) AND file.state = 'counted'
 ORDER BY file.id, part.number;
