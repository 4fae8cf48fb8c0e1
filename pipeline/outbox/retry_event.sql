-- Takes up an event that was given up or rejected; its key stays. One that was rejected holds back no follower: where one has come
-- since, what it announced is no longer so.
--   $1  key  text
UPDATE tidemark.outbox_event
   SET state = 'pending',
       attempts = 0,
       answered_at = NULL,
       next_attempt_at = clock_timestamp()
 WHERE outbox_event.key = $1::text
   AND (outbox_event.state = 'given_up'
        OR (outbox_event.state = 'rejected'
            AND NOT EXISTS (SELECT
                              FROM tidemark.outbox_event AS later
                             WHERE later.provider = outbox_event.provider
                               AND later.release = outbox_event.release
                               AND later.number > outbox_event.number)));
