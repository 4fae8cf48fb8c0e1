-- A delivery failed: it is tried again after a while, doubled each time, or given up.
--   $1  id             bigint
--   $2  error          text
--   $3  attempts_max   bigint
--   $4  retry_minutes  bigint
--   →   state          text
UPDATE tidemark.outbox_event
   SET attempts = outbox_event.attempts + 1,
       last_error = $2::text,
       state = CASE WHEN outbox_event.attempts + 1 >= $3::bigint THEN 'given_up'::tidemark.event_state
                    ELSE outbox_event.state
               END,
       next_attempt_at = clock_timestamp()
                       + least($4::bigint * 2 ^ least(outbox_event.attempts, 20), 10080) * interval '1 minute'
 WHERE outbox_event.id = $1::bigint
RETURNING outbox_event.state AS state;
