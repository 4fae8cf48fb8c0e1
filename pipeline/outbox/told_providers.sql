-- The providers that know of a release: they were sent an event of it.
--   $1  release  bigint
--   →   name     text
SELECT DISTINCT provider.name AS name
  FROM tidemark.outbox_event
  JOIN tidemark.provider ON provider.id = outbox_event.provider
 WHERE outbox_event.release = $1::bigint
   AND outbox_event.kind = 'distribute'
 ORDER BY provider.name;
