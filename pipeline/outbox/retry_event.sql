-- Takes up an event that was given up or rejected; its key stays.
--   $1  key  text
UPDATE tidemark.outbox_event
   SET state = 'pending',
       attempts = 0,
       answered_at = NULL,
       next_attempt_at = clock_timestamp()
 WHERE outbox_event.key = $1::text
   AND outbox_event.state IN ('given_up', 'rejected');
