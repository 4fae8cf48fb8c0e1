-- What the live files of a feed brought, file by file.
--   $1  feed    integer
--   →   sha256  text
--       number  bigint
--       ids     bytea
SELECT file.sha256 AS sha256,
       part.number AS number,
       part.ids    AS ids
  FROM tidemark.report_file_part AS part
  JOIN tidemark.report_file AS file ON file.id = part.report_file
 WHERE part.feed = $1::integer
   AND file.state = 'counted'
 ORDER BY file.id, part.number;
