-- The event of a key, locked.
--   $1  key  text
--   →   id, state, provider, upc
SELECT outbox_event.id                AS id,
       outbox_event.state             AS state,
       provider.name                  AS provider,
       outbox_event.payload ->> 'upc' AS upc
  FROM tidemark.outbox_event
  JOIN tidemark.provider ON provider.id = outbox_event.provider
 WHERE outbox_event.key = $1::text
   FOR UPDATE OF outbox_event;
