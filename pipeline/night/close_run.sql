-- Records how a run ended.
--   $1  number       bigint
--   $2  exit_status  bigint
--   $3  summary      text    JSON
UPDATE tidemark.run
   SET state = 'finished',
       finished_at = clock_timestamp(),
       exit_status = $2::bigint::integer,
       summary = $3::text::jsonb
 WHERE run.number = $1::bigint
   AND run.state = 'running';
