-- Prices again what terms touch that came or ended since the accrual before: all usage of the touched keys by the terms of now,
-- less all that was priced for them before. The difference is appended at the grain of the rows; nothing is updated.
--   $1  accrual         bigint
--   $2  version         bigint   of the catalogue
--   $3  version_before  bigint   that of the accrual before
WITH fate AS MATERIALIZED (
    SELECT price.*
      FROM tidemark.price($2::bigint, 1, $1::bigint - 1, $3::bigint) AS price
), before AS MATERIALIZED (
    SELECT priced.*
      FROM tidemark.touched($3::bigint, $2::bigint, $1::bigint - 1) AS key
      JOIN tidemark.priced
        ON priced.bucket = key.bucket AND priced.feed = key.feed AND priced.period_from = key.period_from
       AND priced.period_to = key.period_to AND priced.release = key.release AND priced.recording = key.recording
     WHERE priced.accrual < $1::bigint
), difference AS MATERIALIZED (
    SELECT side.bucket, side.feed, side.period_from, side.period_to, side.release, side.recording, side.reason, side.market,
           side.reported_currency, side.rate, side.split, side.payee, side.share, side.currency,
           sum(side.streams)::bigint AS streams,
           sum(side.monetised)::bigint AS monetised,
           sum(side.reported) AS reported,
           sum(side.amount) AS amount
      FROM (SELECT fate.bucket, fate.feed, fate.period_from, fate.period_to, fate.release, fate.recording, fate.reason,
                   fate.market, fate.reported_currency, fate.rate, fate.split, fate.payee, fate.share, fate.currency,
                   fate.streams, fate.monetised, fate.reported, fate.amount
              FROM fate
             WHERE fate.payee IS NOT NULL OR fate.reason IS NOT NULL
             UNION ALL
            SELECT before.bucket, before.feed, before.period_from, before.period_to, before.release, before.recording,
                   before.reason, before.market, before.reported_currency, before.rate, before.split, before.payee,
                   before.share, before.currency,
                   -before.streams, -before.monetised, -before.reported, -before.amount
              FROM before) AS side
     GROUP BY side.bucket, side.feed, side.period_from, side.period_to, side.release, side.recording, side.reason, side.market,
              side.reported_currency, side.rate, side.split, side.payee, side.share, side.currency
    HAVING sum(side.streams) <> 0 OR sum(side.monetised) <> 0 OR sum(side.reported) <> 0 OR sum(side.amount) <> 0
), earned AS (
    INSERT INTO tidemark.earning (bucket, accrual, kind, feed, period_from, period_to, release, recording, rate, split, payee,
                                  share, monetised, reported, currency, amount)
    SELECT difference.bucket, $1::bigint,
           CASE WHEN difference.amount < 0 OR difference.amount = 0 AND difference.monetised < 0 THEN 'reversed'
                ELSE 'earned'
           END::tidemark.earning_kind,
           difference.feed, difference.period_from, difference.period_to, difference.release, difference.recording,
           difference.rate, difference.split, difference.payee, difference.share, difference.monetised, difference.reported,
           difference.currency, difference.amount
      FROM difference
     WHERE difference.payee IS NOT NULL
    RETURNING earning.currency, earning.amount
), waiting AS (
    INSERT INTO tidemark.suspense (bucket, accrual, reason, feed, period_from, period_to, currency, release, recording, market,
                                   streams, monetised, amount, value, value_currency)
    SELECT difference.bucket, $1::bigint, difference.reason, difference.feed, difference.period_from, difference.period_to,
           difference.reported_currency, difference.release, difference.recording, difference.market, difference.streams,
           difference.monetised, difference.reported, difference.amount, difference.currency
      FROM difference
     WHERE difference.reason IS NOT NULL
    RETURNING suspense.value_currency AS currency, suspense.value
), total AS (
    SELECT part.currency,
           sum(part.rated)     AS rated,
           sum(part.earned)    AS earned,
           sum(part.suspended) AS suspended
      FROM (SELECT fate.currency, fate.worth AS rated, 0 AS earned, 0 AS suspended FROM fate WHERE fate.place = 1
             UNION ALL
            SELECT before.currency, -before.amount, 0, 0 FROM before
             UNION ALL
            SELECT earned.currency, 0, earned.amount, 0 FROM earned
             UNION ALL
            SELECT waiting.currency, 0, 0, waiting.value FROM waiting) AS part
     WHERE part.currency IS NOT NULL
     GROUP BY part.currency
)
INSERT INTO tidemark.pricing_total (accrual, part, currency, rated, earned, suspended)
SELECT $1::bigint, 'again', total.currency, total.rated, total.earned, total.suspended
  FROM total
 WHERE (total.rated, total.earned, total.suspended) <> (0, 0, 0)
   AND (total.rated = total.earned + total.suspended
        OR tidemark.refuse(70, format('accrual %s, priced again: %s %s have a rate, but %s are earned and %s wait', $1::bigint,
                                      total.rated, total.currency, total.earned, total.suspended)));
