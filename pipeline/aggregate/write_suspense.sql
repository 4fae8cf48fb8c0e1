-- What flows to and from suspense, summed up.
--   $1  accrual  bigint
WITH suspended AS (
    INSERT INTO tidemark.suspense (bucket, accrual, reason, feed, period_from, period_to, currency, release, recording,
                                   market, streams, monetised, amount)
    SELECT flow.bucket,
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
     GROUP BY flow.bucket, flow.reason, span.feed, span.period_from, span.period_to, span.currency, flow.named, flow.played,
              flow.market
    HAVING sum(flow.streams) <> 0 OR sum(flow.monetised) <> 0 OR sum(flow.amount) <> 0
 RETURNING suspense.streams,
           suspense.monetised,
           suspense.amount
)
INSERT INTO pg_temp.written (streams, monetised, amount)
SELECT coalesce(sum(suspended.streams), 0),
       coalesce(sum(suspended.monetised), 0),
       coalesce(sum(suspended.amount), 0)
  FROM suspended;
