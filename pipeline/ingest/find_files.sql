-- The files of the ledger that a word names: by name, by SHA-256, or by the beginning of one.
--   $1  feed        text   null: of any feed
--   $2  word        text   null: it is no SHA-256, and may be no text
--   $3  word        bytea  the same, as a name
--   →   file        bigint
--       feed        text
--       sha256      text
--       name        bytea
--       state       text    counted, revoked, superseded
--       reason      text
--       counted     bigint
--       report_key  text
--       batch       bigint  its number
--       batch_id    bigint
--       successor   text    SHA-256 of the file that superseded it
SELECT file.id           AS file,
       feed.name         AS feed,
       file.sha256,
       file.name,
       file.state,
       file.state_reason AS reason,
       file.counted,
       file.report_key,
       batch.number      AS batch,
       batch.id          AS batch_id,
       successor.sha256  AS successor
  FROM tidemark.report_file AS file
  JOIN tidemark.feed ON feed.id = file.feed
  JOIN tidemark.batch ON batch.report_file = file.id AND batch.kind = 'counted'
  LEFT JOIN tidemark.report_file AS successor ON successor.id = file.superseded_by
 WHERE ($1::text IS NULL OR feed.name = $1::text)
   AND (file.name = $3::bytea
        OR ($2::text ~ '^[0-9a-f]{4,64}$' AND starts_with(file.sha256, $2::text)))
 ORDER BY file.id;
