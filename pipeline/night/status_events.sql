-- Events that are not settled: waiting, given up, rejected, or without an answer.
SELECT outbox_event.key                AS event,
       provider.name                   AS provider,
       outbox_event.payload ->> 'upc'  AS upc,
       outbox_event.kind               AS kind,
       outbox_event.state              AS state,
       outbox_event.attempts           AS attempts,
       coalesce(outbox_event.last_error, '') AS last_error
  FROM tidemark.outbox_event
  JOIN tidemark.provider ON provider.id = outbox_event.provider
 WHERE outbox_event.state <> 'acknowledged'
 ORDER BY outbox_event.state, outbox_event.id;
