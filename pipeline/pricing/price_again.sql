-- Prices again what terms touch that came or ended since the accrual before: all usage of the touched keys by the terms of now,
-- less all that was priced for them before. The difference is appended, by rate and split; nothing is updated.
--   $1  accrual         bigint
--   $2  version         bigint   of the catalogue
--   $3  version_before  bigint   that of the accrual before
--   →   payee           bigint
--       currency        text
--       kind            text     'earned' or 'reversed'
--       amount          numeric
--       first_day       date     of the service periods
--       last_day        date
WITH key AS MATERIALIZED ( -- by itself, since the planner else takes all there are for one
    SELECT touched.*
      FROM tidemark.touched_alone($3::bigint, $2::bigint, $1::bigint - 1) AS touched
), lot AS MATERIALIZED ( -- what was priced together, and its keys: they meet what was earned lot by lot
    SELECT key.bucket, key.feed, key.period_from, key.period_to,
           array_agg(key.release) AS releases,
           array_agg(key.recording) AS recordings
      FROM key
     GROUP BY key.bucket, key.feed, key.period_from, key.period_to
), fate AS MATERIALIZED (
    SELECT price.bucket, price.feed, price.period_from, price.period_to, price.release, price.recording, price.reason,
           price.market, price.reported_currency, price.rate, price.split, price.basis, price.currency, price.streams,
           price.monetised, price.amount, price.worth
      FROM tidemark.price($2::bigint, 1, $1::bigint - 1, NULL, $3::bigint) AS price
     WHERE price.split IS NOT NULL OR price.reason IS NOT NULL
), before AS MATERIALIZED (
    SELECT part.bucket, part.feed, part.period_from, part.period_to, part.release, part.recording,
           NULL::tidemark.suspense_reason AS reason, NULL::integer AS market, NULL::text AS reported_currency,
           part.rate, part.split, part.basis, part.currency, 0::bigint AS streams, part.monetised,
           coalesce(part.reported, 0) AS amount,
           CASE part.basis WHEN 'amount' THEN part.reported ELSE part.monetised END * rate.rate AS worth
      FROM lot
     CROSS JOIN LATERAL (SELECT part.*
                           FROM tidemark.earning_part AS part
                          WHERE part.bucket = lot.bucket AND part.feed = lot.feed AND part.period_from = lot.period_from
                            AND part.period_to = lot.period_to AND part.accrual < $1::bigint
                         OFFSET 0) AS part -- found by their lots, however long the history
     CROSS JOIN LATERAL (SELECT unnest(lot.releases) AS release, unnest(lot.recordings) AS recording) AS touched
      JOIN tidemark.rate ON rate.id = part.rate
     WHERE touched.release = part.release AND touched.recording = part.recording
     UNION ALL
    SELECT waiting.bucket, waiting.feed, waiting.period_from, waiting.period_to, waiting.release, waiting.recording,
           waiting.reason, waiting.market, waiting.currency, NULL, NULL, NULL, waiting.value_currency,
           waiting.streams, waiting.monetised, waiting.amount, waiting.value
      FROM lot
     CROSS JOIN LATERAL (SELECT suspense.*
                           FROM tidemark.suspense
                          WHERE suspense.bucket = lot.bucket AND suspense.feed = lot.feed
                            AND suspense.period_from = lot.period_from AND suspense.period_to = lot.period_to
                            AND suspense.reason IN ('no_rate', 'no_split') AND suspense.accrual < $1::bigint
                         OFFSET 0) AS waiting
     CROSS JOIN LATERAL (SELECT unnest(lot.releases) AS release, unnest(lot.recordings) AS recording) AS touched
     WHERE touched.release = waiting.release AND touched.recording = waiting.recording
), difference AS MATERIALIZED (
    SELECT side.bucket, side.feed, side.period_from, side.period_to, side.release, side.recording, side.reason, side.market,
           side.reported_currency, side.rate, side.split, side.basis, side.currency,
           sum(side.streams)::bigint AS streams,
           sum(side.monetised)::bigint AS monetised,
           sum(side.amount) AS amount,
           sum(side.worth) AS worth
      FROM (SELECT fate.bucket, fate.feed, fate.period_from, fate.period_to, fate.release, fate.recording, fate.reason,
                   fate.market, fate.reported_currency, fate.rate, fate.split,
                   CASE WHEN fate.split IS NOT NULL THEN fate.basis END AS basis, fate.currency,
                   CASE WHEN fate.reason IS NOT NULL THEN fate.streams ELSE 0 END AS streams, fate.monetised,
                   CASE WHEN fate.reason IS NOT NULL OR fate.basis = 'amount' THEN fate.amount ELSE 0 END AS amount,
                   fate.worth
              FROM fate
             UNION ALL
            SELECT before.bucket, before.feed, before.period_from, before.period_to, before.release, before.recording,
                   before.reason, before.market, before.reported_currency, before.rate, before.split, before.basis,
                   before.currency, -before.streams, -before.monetised, -before.amount, -before.worth
              FROM before) AS side
     GROUP BY side.bucket, side.feed, side.period_from, side.period_to, side.release, side.recording, side.reason, side.market,
              side.reported_currency, side.rate, side.split, side.basis, side.currency
    HAVING sum(side.streams) <> 0 OR sum(side.monetised) <> 0 OR sum(side.amount) <> 0 OR sum(side.worth) <> 0
), earned AS (
    INSERT INTO tidemark.earning (bucket, accrual, kind, feed, period_from, period_to, basis, currency, releases, recordings,
                                  splits, rates, rate_ends, pairs, monetised, reported)
    SELECT chunk.bucket, $1::bigint, chunk.kind, chunk.feed, chunk.period_from, chunk.period_to, chunk.basis, chunk.currency,
           folded.releases, folded.recordings, folded.splits, folded.rates, folded.rate_ends, folded.pairs, folded.monetised,
           folded.reported
      FROM (SELECT part.bucket, part.kind, part.feed, part.period_from, part.period_to, part.basis, part.currency,
                   array_agg(part.release) AS releases, array_agg(part.recording) AS recordings, array_agg(part.split) AS splits,
                   array_agg(part.rate) AS rates, array_agg(part.monetised) AS monetised,
                   array_agg(part.amount) FILTER (WHERE part.basis = 'amount') AS amounts
              FROM (SELECT difference.*,
                           CASE WHEN difference.worth < 0 OR difference.worth = 0 AND difference.monetised < 0 THEN 'reversed'
                                ELSE 'earned'
                           END::tidemark.earning_kind AS kind
                      FROM difference
                     WHERE difference.split IS NOT NULL) AS part
             GROUP BY part.bucket, part.kind, part.feed, part.period_from, part.period_to, part.basis, part.currency) AS chunk
     CROSS JOIN LATERAL tidemark.fold_earning(chunk.releases, chunk.recordings, chunk.splits, chunk.rates, chunk.monetised,
                                              chunk.amounts) AS folded
    RETURNING earning.bucket, earning.kind, earning.period_from, earning.period_to, earning.basis, earning.currency,
              earning.splits, earning.rates, earning.rate_ends, earning.pairs, earning.monetised, earning.reported
), waiting AS (
    INSERT INTO tidemark.unpriced_usage AS unpriced (bucket, accrual, reason, feed, period_from, period_to, currency, cells,
                                                     total_streams, total_monetised, total_amount, pair_count, releases,
                                                     recordings, pairs, markets, streams, monetised, amounts, value_currency,
                                                     total_value, cell_values)
    SELECT chunk.bucket, $1::bigint, chunk.reason, chunk.feed, chunk.period_from, chunk.period_to, chunk.reported_currency,
           folded.cells, folded.total_streams, folded.total_monetised, folded.total_amount, folded.pair_count, folded.releases,
           folded.recordings, folded.pairs, folded.markets, folded.streams, folded.monetised, folded.amounts, chunk.currency,
           chunk.total_value, folded.cell_values
      FROM (SELECT difference.bucket, difference.reason, difference.feed, difference.period_from, difference.period_to,
                   difference.reported_currency, difference.currency,
                   sum(difference.worth)                                                   AS total_value,
                   array_agg(difference.release)                                           AS releases,
                   array_agg(difference.recording)                                         AS recordings,
                   array_agg(difference.market)                                            AS markets,
                   array_agg(difference.streams)                                           AS streams,
                   array_agg(difference.monetised)                                         AS monetised,
                   array_agg(difference.amount) FILTER (WHERE difference.reported_currency <> '') AS amounts,
                   array_agg(difference.worth) FILTER (WHERE difference.worth IS NOT NULL) AS cell_values
              FROM difference
             WHERE difference.reason IS NOT NULL
             GROUP BY difference.bucket, difference.reason, difference.feed, difference.period_from, difference.period_to,
                      difference.reported_currency, difference.currency) AS chunk
     CROSS JOIN LATERAL tidemark.fold_waiting(chunk.releases, chunk.recordings, chunk.markets, chunk.streams, chunk.monetised,
                                              chunk.amounts, chunk.cell_values) AS folded
    RETURNING unpriced.bucket, unpriced.value_currency AS currency, unpriced.total_value AS amount
), share AS MATERIALIZED (
    SELECT earned.bucket, earned.currency, earned.kind, share.payee, sum(share.amount) AS amount,
           min(earned.period_from) AS first_day, max(earned.period_to) AS last_day
      FROM earned
     CROSS JOIN LATERAL tidemark.shares_of(earned.bucket, earned.basis, earned.splits, earned.rates, earned.rate_ends,
                                           earned.pairs, earned.monetised, earned.reported) AS share
     GROUP BY earned.bucket, earned.currency, earned.kind, share.payee
), total AS (
    SELECT part.bucket,
           part.currency,
           sum(part.rated)     AS rated,
           sum(part.earned)    AS earned,
           sum(part.suspended) AS suspended
      FROM (SELECT fate.bucket, fate.currency, fate.worth AS rated, 0 AS earned, 0 AS suspended FROM fate
             UNION ALL
            SELECT before.bucket, before.currency, -before.worth, 0, 0 FROM before
             UNION ALL
            SELECT share.bucket, share.currency, 0, share.amount, 0 FROM share
             UNION ALL
            SELECT waiting.bucket, waiting.currency, 0, 0, waiting.amount FROM waiting) AS part
     WHERE part.currency IS NOT NULL
     GROUP BY part.bucket, part.currency
), recorded AS (
    INSERT INTO tidemark.pricing_total (accrual, bucket, part, currency, rated, earned, suspended)
    SELECT $1::bigint, total.bucket, 'again', total.currency, total.rated, total.earned, total.suspended
      FROM total
     WHERE (total.rated, total.earned, total.suspended) <> (0, 0, 0)
       AND tidemark.is_conserved($1::bigint, 'again', total.currency, total.rated, total.earned, total.suspended)
)
SELECT share.payee::bigint AS payee,
       share.currency      AS currency,
       share.kind::text    AS kind,
       sum(share.amount)   AS amount,
       min(share.first_day) AS first_day,
       max(share.last_day) AS last_day
  FROM share
 GROUP BY share.payee, share.currency, share.kind;
