-- What flows to and from suspense, summed up.
--   $1  accrual    bigint
--   →   streams    bigint   what was written, added up
--       monetised  bigint
--       amount     numeric
WITH written AS (
    INSERT INTO tidemark.suspense (bucket, accrual, reason, feed, period_from, period_to, currency, release, recording,
                                   market, streams, monetised, amount)
    SELECT tidemark.bucket_of(flow.named, flow.played),
           $1::bigint,
           flow.reason,
           span.feed,
           span.period_from,
           span.period_to,
           span.currency,
           flow.named,
           flow.played,
           flow.market,
           sum(flow.streams),
           sum(flow.monetised),
           sum(flow.amount)
      FROM pg_temp.flow
      JOIN pg_temp.span ON span.number = flow.chunk / 256
     WHERE flow.reason IS NOT NULL
     GROUP BY flow.reason, span.feed, span.period_from, span.period_to, span.currency, flow.named, flow.played, flow.market
    HAVING sum(flow.streams) <> 0 OR sum(flow.monetised) <> 0 OR sum(flow.amount) <> 0
 RETURNING suspense.streams,
           suspense.monetised,
           suspense.amount
)
SELECT coalesce(sum(written.streams), 0)::bigint   AS streams,
       coalesce(sum(written.monetised), 0)::bigint AS monetised,
       coalesce(sum(written.amount), 0)            AS amount
  FROM written;
