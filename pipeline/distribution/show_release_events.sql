-- What was told to whom about a release, and what came back.
--   $1  code  bigint
SELECT provider.name         AS provider,
       outbox_event.kind     AS kind,
       outbox_event.state    AS state,
       outbox_event.attempts AS attempts,
       outbox_event.key      AS key,
       outbox_event.last_error AS last_error
  FROM tidemark.outbox_event
  JOIN tidemark.provider ON provider.id = outbox_event.provider
 WHERE outbox_event.release = $1::bigint
 ORDER BY provider.name, outbox_event.number;
