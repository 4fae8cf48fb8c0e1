-- Prices what an accrual brought to some buckets: it earns, or it waits. What payees earn of it is entered once all buckets are
-- priced.
--   $1  accrual   bigint
--   $2  version   bigint      of the catalogue
--   $3  buckets   smallint[]  that are not priced yet
--   →   payee     bigint
--       currency  text
--       kind      text        'earned'
--       amount    numeric
--       first_day date     of the service periods
--       last_day  date
WITH fate AS MATERIALIZED (
    SELECT chunk.*
      FROM tidemark.price_chunks($2::bigint, $1::bigint, $1::bigint, $3::smallint[], NULL) AS chunk
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
           fate.releases, fate.recordings, fate.rates, fate.splits, fate.monetised, fate.amounts
      FROM fate
     WHERE fate.splits IS NOT NULL
    RETURNING earning.bucket, earning.period_from, earning.period_to, earning.basis, earning.currency, earning.rates,
              earning.splits, earning.monetised, earning.reported
), waiting AS (
    INSERT INTO tidemark.suspense (bucket, accrual, reason, feed, period_from, period_to, currency, release, recording, market,
                                   streams, monetised, amount, value, value_currency)
    SELECT part.bucket, $1::bigint, part.reason, part.feed, part.period_from, part.period_to, part.reported_currency,
           part.release, part.recording, part.market, part.streams, part.monetised, part.amount,
           CASE part.basis WHEN 'amount' THEN part.amount ELSE part.monetised END * rate.rate, part.currency
      FROM (SELECT fate.bucket, fate.reason, fate.feed, fate.period_from, fate.period_to, fate.reported_currency, fate.market,
                   fate.basis, fate.currency,
                   unnest(fate.releases) AS release,
                   unnest(fate.recordings) AS recording,
                   unnest(fate.rates) AS rate,
                   unnest(fate.streams) AS streams,
                   unnest(fate.monetised) AS monetised,
                   unnest(fate.amounts) AS amount
              FROM fate
             WHERE fate.reason IS NOT NULL) AS part
      LEFT JOIN tidemark.rate ON rate.id = part.rate
    RETURNING suspense.bucket, suspense.value_currency AS currency, suspense.value AS amount
), share AS MATERIALIZED (
    SELECT earned.bucket, earned.currency, share.payee, sum(share.amount) AS amount, min(earned.period_from) AS first_day,
           max(earned.period_to) AS last_day
      FROM earned
     CROSS JOIN LATERAL tidemark.shares_of(earned.bucket, earned.basis, earned.rates, earned.splits, earned.monetised,
                                           earned.reported) AS share
     GROUP BY earned.bucket, earned.currency, share.payee
), total AS (
    SELECT part.bucket,
           part.currency,
           sum(part.rated)     AS rated,
           sum(part.earned)    AS earned,
           sum(part.suspended) AS suspended
      FROM (SELECT fate.bucket, fate.currency, fate.worth AS rated, 0 AS earned, 0 AS suspended FROM fate
             WHERE fate.worth IS NOT NULL
             UNION ALL
            SELECT share.bucket, share.currency, 0, share.amount, 0 FROM share
             UNION ALL
            SELECT waiting.bucket, waiting.currency, 0, 0, waiting.amount FROM waiting) AS part
     WHERE part.currency IS NOT NULL
     GROUP BY part.bucket, part.currency
), recorded AS (
    INSERT INTO tidemark.pricing_total (accrual, bucket, part, currency, rated, earned, suspended)
    SELECT $1::bigint, total.bucket, 'new', total.currency, total.rated, total.earned, total.suspended
      FROM total
     WHERE total.rated = total.earned + total.suspended
        OR tidemark.refuse(70, format('accrual %s: %s %s have a rate, but %s are earned and %s wait', $1::bigint,
                                      trim_scale(total.rated), total.currency, trim_scale(total.earned),
                                      trim_scale(total.suspended)))
)
SELECT share.payee::bigint AS payee,
       share.currency      AS currency,
       'earned'            AS kind,
       sum(share.amount)   AS amount,
       min(share.first_day) AS first_day,
       max(share.last_day) AS last_day
  FROM share
 GROUP BY share.payee, share.currency;
