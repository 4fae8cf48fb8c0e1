-- What deliver would try now, in its order.
--   $1  providers  text[]  that get releases
SELECT outbox_event.key                         AS event,
       provider.name                            AS provider,
       outbox_event.payload ->> 'upc'           AS upc,
       outbox_event.state                       AS outcome,
       coalesce(outbox_event.last_error, '')    AS detail
  FROM tidemark.outbox_event
  JOIN tidemark.provider ON provider.id = outbox_event.provider
 WHERE outbox_event.state = 'pending'
   AND outbox_event.next_attempt_at <= clock_timestamp()
   AND provider.name = ANY ($1::text[])
 ORDER BY outbox_event.id;
