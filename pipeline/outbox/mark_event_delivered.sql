-- An event lies with its provider.
--   $1  id  bigint
UPDATE tidemark.outbox_event
   SET state = 'delivered',
       attempts = outbox_event.attempts + 1,
       delivered_at = clock_timestamp(),
       last_error = NULL
 WHERE outbox_event.id = $1::bigint;
