-- Prices what an accrual brought, and checks it before it can be committed: what was read is what aggregate recorded, and what
-- has a rate earns or waits, to the last digit.
--   $1  accrual  bigint
--   $2  version  bigint   of the catalogue
--   →   streams, monetised  numeric  of what was read
WITH fate AS MATERIALIZED (
    SELECT price.*
      FROM tidemark.price($2::bigint, $1::bigint, $1::bigint, NULL) AS price
), was_read AS (
    SELECT coalesce(sum(fate.read_streams), 0)   AS streams,
           coalesce(sum(fate.read_monetised), 0) AS monetised,
           coalesce(sum(fate.read_amount), 0)    AS amount
      FROM fate
     WHERE fate.place = 1
), recorded AS (
    SELECT coalesce(sum(bucket.matched_streams), 0)   AS streams,
           coalesce(sum(bucket.matched_monetised), 0) AS monetised,
           coalesce(sum(bucket.matched_amount), 0)    AS amount
      FROM tidemark.accrual_bucket AS bucket
     WHERE bucket.accrual = $1::bigint
), earned AS (
    INSERT INTO tidemark.earning (bucket, accrual, kind, feed, period_from, period_to, release, recording, rate, split, payee,
                                  share, monetised, reported, currency, amount)
    SELECT fate.bucket, $1::bigint, 'earned', fate.feed, fate.period_from, fate.period_to, fate.release, fate.recording,
           fate.rate, fate.split, fate.payee, fate.share, fate.monetised, fate.reported, fate.currency, fate.amount
      FROM fate
     WHERE fate.payee IS NOT NULL
    RETURNING earning.currency, earning.amount
), waiting AS (
    INSERT INTO tidemark.suspense (bucket, accrual, reason, feed, period_from, period_to, currency, release, recording, market,
                                   streams, monetised, amount, value, value_currency)
    SELECT fate.bucket, $1::bigint, fate.reason, fate.feed, fate.period_from, fate.period_to, fate.reported_currency,
           fate.release, fate.recording, fate.market, fate.streams, fate.monetised, fate.reported, fate.amount, fate.currency
      FROM fate
     WHERE fate.reason IS NOT NULL
    RETURNING suspense.value_currency AS currency, suspense.value
), total AS (
    SELECT part.currency,
           sum(part.rated)     AS rated,
           sum(part.earned)    AS earned,
           sum(part.suspended) AS suspended
      FROM (SELECT fate.currency, fate.worth AS rated, 0 AS earned, 0 AS suspended FROM fate WHERE fate.place = 1
             UNION ALL
            SELECT earned.currency, 0, earned.amount, 0 FROM earned
             UNION ALL
            SELECT waiting.currency, 0, 0, waiting.value FROM waiting) AS part
     WHERE part.currency IS NOT NULL
     GROUP BY part.currency
), kept AS (
    INSERT INTO tidemark.pricing_total (accrual, part, currency, rated, earned, suspended)
    SELECT $1::bigint, 'new', total.currency, total.rated, total.earned, total.suspended
      FROM total
     WHERE total.rated = total.earned + total.suspended
        OR tidemark.refuse(70, format('accrual %s: %s %s have a rate, but %s are earned and %s wait', $1::bigint,
                                      total.rated, total.currency, total.earned, total.suspended))
    RETURNING pricing_total.currency
)
SELECT was_read.streams   AS streams,
       was_read.monetised AS monetised
  FROM was_read
 CROSS JOIN recorded
 WHERE (was_read.streams, was_read.monetised, was_read.amount) = (recorded.streams, recorded.monetised, recorded.amount)
    OR tidemark.refuse(75, format('accrual %s: read %s streams, %s monetised, amount %s, but recorded as matched: %s, %s, %s',
                                  $1::bigint, was_read.streams, was_read.monetised, was_read.amount,
                                  recorded.streams, recorded.monetised, recorded.amount));
