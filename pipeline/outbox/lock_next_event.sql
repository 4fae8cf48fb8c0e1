-- The next event to deliver, locked; those of a release go to a provider in their order, so that one that waits or was
-- given up holds back its followers.
--   $1  after       bigint   the id of the last one tried in this run
--   $2  providers   text[]   that get releases now
--   →   id, key, provider, kind, upc, payload, attempts
SELECT outbox_event.id             AS id,
       outbox_event.key            AS key,
       provider.name               AS provider,
       outbox_event.kind           AS kind,
       outbox_event.payload ->> 'upc' AS upc,
       outbox_event.payload::text  AS payload,
       outbox_event.attempts       AS attempts
  FROM tidemark.outbox_event
  JOIN tidemark.provider ON provider.id = outbox_event.provider
 WHERE outbox_event.state = 'pending'
   AND outbox_event.next_attempt_at <= clock_timestamp()
   AND outbox_event.id > $1::bigint
   AND provider.name = ANY ($2::text[])
   AND NOT EXISTS (SELECT 1
                     FROM tidemark.outbox_event AS earlier
                    WHERE earlier.provider = outbox_event.provider
                      AND earlier.release = outbox_event.release
                      AND earlier.number < outbox_event.number
                      AND earlier.state IN ('pending', 'given_up'))
 ORDER BY outbox_event.id
 LIMIT 1
   FOR UPDATE OF outbox_event SKIP LOCKED;
