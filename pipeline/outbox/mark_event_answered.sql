-- A provider answered.
--   $1  id      bigint
--   $2  state   text    acknowledged or rejected
--   $3  reason  text    of a rejection
UPDATE tidemark.outbox_event
   SET state = $2::text::tidemark.event_state,
       answered_at = clock_timestamp(),
       last_error = $3::text
 WHERE outbox_event.id = $1::bigint;
