-- The files of a feed that brought IDs of a part, whatever became of them since.
--   $1  feed     text
--   $2  number   bigint  of the part
--   →   sha256   text
--       name     bytea
--       state    text    counted, revoked, superseded
--       reason   text    why, unless it is counted
--       ordinal  bigint  of its report; null for identity `column`
--       batch    bigint  that it was counted in
--       revoked  bigint  that took it out again
--       number   bigint
--       ids      bytea
SELECT file.sha256,
       file.name,
       file.state,
       file.state_reason AS reason,
       file.ordinal,
       counted.number    AS batch,
       revoked.number    AS revoked,
       part.number,
       part.ids
  FROM tidemark.feed
  JOIN tidemark.report_file_part AS part ON part.feed = feed.id
  JOIN tidemark.report_file AS file ON file.id = part.report_file
  JOIN tidemark.batch AS counted ON counted.report_file = file.id AND counted.kind = 'counted'
  LEFT JOIN tidemark.batch AS revoked ON revoked.report_file = file.id AND revoked.kind = 'revoked'
 WHERE feed.name = $1::text AND part.number = $2::bigint
 ORDER BY file.id;
