-- Prices what an accrual brought to some buckets: it earns, or it waits.
--   $1  accrual  bigint
--   $2  version  bigint      of the catalogue
--   $3  buckets  smallint[]  that are not priced yet
WITH fate AS MATERIALIZED ( -- a row for each chunk, basis and currency
    SELECT price.bucket, price.feed, price.period_from, price.period_to, price.basis, price.currency,
           array_agg(price.release) FILTER (WHERE price.split IS NOT NULL)   AS releases,
           array_agg(price.recording) FILTER (WHERE price.split IS NOT NULL) AS recordings,
           array_agg(price.rate) FILTER (WHERE price.split IS NOT NULL)      AS rates,
           array_agg(price.split) FILTER (WHERE price.split IS NOT NULL)     AS splits,
           array_agg(price.monetised) FILTER (WHERE price.split IS NOT NULL) AS monetised,
           array_agg(price.amount) FILTER (WHERE price.split IS NOT NULL AND price.basis = 'amount') AS reported,
           array_agg((price.bucket, $1::bigint, price.reason, price.feed, price.period_from, price.period_to,
                      price.reported_currency, price.release, price.recording, price.market, price.streams, price.monetised,
                      price.amount, price.worth, price.currency)::tidemark.suspense)
               FILTER (WHERE price.reason IS NOT NULL)                       AS waiting,
           sum(price.worth)                                                  AS worth,
           tidemark.total(price.streams)                                     AS read_streams,
           tidemark.total(price.monetised)                                   AS read_monetised,
           sum(price.amount)                                                 AS read_amount
      FROM tidemark.price($2::bigint, $1::bigint, $1::bigint, $3::smallint[], NULL) AS price
     GROUP BY price.bucket, price.feed, price.period_from, price.period_to, price.basis, price.currency
), done AS (
    INSERT INTO tidemark.pricing_bucket (accrual, bucket, streams, monetised, amount)
    SELECT $1::bigint,
           wanted.number,
           coalesce(sum(fate.read_streams), 0),
           coalesce(sum(fate.read_monetised), 0),
           coalesce(sum(fate.read_amount), 0)
      FROM unnest($3::smallint[]) AS wanted (number)
      LEFT JOIN fate ON fate.bucket = wanted.number
     GROUP BY wanted.number
), earned AS (
    INSERT INTO tidemark.earning (bucket, accrual, kind, feed, period_from, period_to, basis, currency, releases, recordings,
                                  rates, splits, monetised, reported)
    SELECT fate.bucket, $1::bigint, 'earned', fate.feed, fate.period_from, fate.period_to, fate.basis, fate.currency,
           fate.releases, fate.recordings, fate.rates, fate.splits, fate.monetised, fate.reported
      FROM fate
     WHERE fate.releases IS NOT NULL
    RETURNING earning.bucket, earning.basis, earning.currency, earning.rates, earning.monetised, earning.reported
), waiting AS (
    INSERT INTO tidemark.suspense
    SELECT waiting.*
      FROM fate
     CROSS JOIN LATERAL unnest(fate.waiting) AS waiting
    RETURNING suspense.bucket, suspense.value_currency AS currency, suspense.value AS amount
), total AS (
    SELECT part.bucket,
           part.currency,
           sum(part.rated)     AS rated,
           sum(part.earned)    AS earned,
           sum(part.suspended) AS suspended
      FROM (SELECT fate.bucket, fate.currency, fate.worth AS rated, 0 AS earned, 0 AS suspended FROM fate
             UNION ALL
            SELECT earned.bucket, earned.currency, 0,
                   CASE earned.basis WHEN 'amount' THEN earned.reported ELSE earned.monetised END * rate.rate, 0
              FROM (SELECT part.bucket, part.basis, part.currency, part.rate, tidemark.total(part.monetised) AS monetised,
                           sum(part.reported) AS reported
                      FROM (SELECT earned.bucket, earned.basis, earned.currency, unnest(earned.rates) AS rate,
                                   unnest(earned.monetised) AS monetised, unnest(earned.reported) AS reported
                              FROM earned) AS part
                     GROUP BY part.bucket, part.basis, part.currency, part.rate) AS earned
              JOIN tidemark.rate ON rate.id = earned.rate
             UNION ALL
            SELECT waiting.bucket, waiting.currency, 0, 0, waiting.amount FROM waiting) AS part
     WHERE part.currency IS NOT NULL
     GROUP BY part.bucket, part.currency
)
INSERT INTO tidemark.pricing_total (accrual, bucket, part, currency, rated, earned, suspended)
SELECT $1::bigint, total.bucket, 'new', total.currency, total.rated, total.earned, total.suspended
  FROM total
 WHERE total.rated = total.earned + total.suspended
    OR tidemark.refuse(70, format('accrual %s: %s %s have a rate, but %s are earned and %s wait', $1::bigint,
                                  trim_scale(total.rated), total.currency, trim_scale(total.earned),
                                  trim_scale(total.suspended)));
