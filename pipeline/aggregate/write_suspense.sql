-- What flows to and from suspense, summed up.
--   $1  accrual  bigint
WITH suspended AS (
    INSERT INTO tidemark.suspense (bucket, accrual, reason, feed, period_from, period_to, currency, release, recording,
                                   market, streams, monetised, amount)
    SELECT cell.bucket,
           $1::bigint,
           cell.reason,
           span.feed,
           span.period_from,
           span.period_to,
           span.currency,
           cell.named,
           cell.played,
           cell.market,
           sum(cell.streams),
           sum(cell.monetised),
           coalesce(sum(cell.amount), 0)
      FROM (SELECT flow.bucket,
                   flow.reason,
                   flow.chunk / 256       AS span,
                   flow.named,
                   flow.played,
                   unnest(flow.markets)   AS market,
                   unnest(flow.streams)   AS streams,
                   unnest(flow.monetised) AS monetised,
                   unnest(flow.amounts)   AS amount
              FROM pg_temp.flow
             WHERE flow.reason IS NOT NULL) AS cell
      JOIN pg_temp.span ON span.number = cell.span
     GROUP BY cell.bucket, cell.reason, span.feed, span.period_from, span.period_to, span.currency, cell.named, cell.played,
              cell.market
    HAVING sum(cell.streams) <> 0 OR sum(cell.monetised) <> 0 OR sum(cell.amount) <> 0
 RETURNING suspense.streams,
           suspense.monetised,
           suspense.amount
)
INSERT INTO pg_temp.written (streams, monetised, amount)
SELECT coalesce(sum(suspended.streams), 0),
       coalesce(sum(suspended.monetised), 0),
       coalesce(sum(suspended.amount), 0)
  FROM suspended;
