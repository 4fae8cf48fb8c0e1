-- Events that are not settled: waiting, given up, rejected, or without an answer. A rejected one that a later one of its release has
-- overtaken is settled.
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
   AND NOT (outbox_event.state = 'rejected'
            AND EXISTS (SELECT
                          FROM tidemark.outbox_event AS later
                         WHERE later.provider = outbox_event.provider
                           AND later.release = outbox_event.release
                           AND later.number > outbox_event.number))
 ORDER BY outbox_event.state, outbox_event.id;
