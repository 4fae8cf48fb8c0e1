-- What the ledger says of a file, by its SHA-256, its name and its report. One row, whatever it knows.
--   $1  feed        text
--   $2  sha256      text
--   $3  name        bytea
--   $4  report_key  text    null for identity `column`
--   →   file             bigint  the file that has these bytes; null: none
--       file_name        bytea   its name
--       file_state       text    counted, revoked, superseded
--       file_reason      text    why, unless it is counted
--       file_key         text    its report; null for identity `column`
--       file_rows        bigint  rows read
--       batch            bigint  the batch that it was counted in
--       namesake_sha256  text    the latest file of the same name with other bytes
--       report_file      bigint  the live file of the same report with other bytes
--       report_name      bytea   its name
--       report_sha256    text
SELECT file.id           AS file,
       file.name         AS file_name,
       file.state        AS file_state,
       file.state_reason AS file_reason,
       file.report_key   AS file_key,
       file.rows_read    AS file_rows,
       batch.number      AS batch,
       namesake.sha256   AS namesake_sha256,
       report.id         AS report_file,
       report.name       AS report_name,
       report.sha256     AS report_sha256
  FROM (VALUES ($1::text)) AS wanted (feed)
  LEFT JOIN tidemark.feed ON feed.name = wanted.feed
  LEFT JOIN tidemark.report_file AS file ON file.feed = feed.id AND file.sha256 = $2::text
  LEFT JOIN tidemark.batch ON batch.report_file = file.id AND batch.kind = 'counted'
  LEFT JOIN LATERAL (SELECT other.sha256
                       FROM tidemark.report_file AS other
                      WHERE other.feed = feed.id AND other.name = $3::bytea AND other.sha256 <> $2::text
                      ORDER BY other.id DESC
                      LIMIT 1) AS namesake ON true
  LEFT JOIN tidemark.report_file AS report
    ON report.feed = feed.id AND report.report_key = $4::text AND report.state = 'counted' AND report.sha256 <> $2::text;
