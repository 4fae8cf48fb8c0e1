-- A counted file's new state, and why. No row is changed where it has been taken out before.
--   $1  report_file    bigint
--   $2  superseded_by  bigint  null: revoked
--   $3  reason         text
UPDATE tidemark.report_file AS file
   SET state = CASE WHEN $2::bigint IS NULL THEN 'revoked' ELSE 'superseded' END::tidemark.file_state,
       superseded_by = $2::bigint,
       state_reason = $3::text
 WHERE file.id = $1::bigint AND file.state = 'counted';
