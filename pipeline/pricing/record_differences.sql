-- Records what was priced again: the difference between what has a rate now and what had one before was entered as earned, or taken
-- back, or waits, to the last digit; and what was entered is what its payees get.
--   $1   accrual              bigint
--   what has a rate now less what had one before, added up by bucket, rate and currency; but for
--   $2   rated_buckets        smallint[]
--   $3   rated_rates          bigint[]
--   $4   rated_currencies     text[]
--   $5   rated_monetised      bigint[]
--   $6   rated_amounts        text[]
--   what waited for a split before, and was worth so much less than nothing
--   $7   waited_buckets       smallint[]
--   $8   waited_currencies    text[]
--   $9   waited               text[]
--   what is earned, added up by rate, currency, payees and shares
--   $10  earned_payees        text[]      arrays, as texts
--   $11  earned_shares        text[]
--   $12  earned_rates         bigint[]
--   $13  earned_currencies    text[]
--   $14  earned_monetised     bigint[]
--   $15  earned_amounts       text[]
--   $16  earned_first_days    integer[]   of the service periods, from 1970-01-01
--   $17  earned_last_days     integer[]
--   and what is taken back
--   $18  reversed_payees      text[]
--   $19  reversed_shares      text[]
--   $20  reversed_rates       bigint[]
--   $21  reversed_currencies  text[]
--   $22  reversed_monetised   bigint[]
--   $23  reversed_amounts     text[]
--   $24  reversed_first_days  integer[]
--   $25  reversed_last_days   integer[]
--   →    payee      bigint
--        currency   text
--        kind       text     'earned' or 'reversed'
--        amount     numeric
--        first_day  date
--        last_day   date
WITH rated AS MATERIALIZED (
    SELECT part.bucket, part.currency,
           CASE rate.basis WHEN 'amount' THEN part.amount ELSE part.monetised END * rate.rate AS worth
      FROM (SELECT unnest($2::smallint[])      AS bucket,
                   unnest($3::bigint[])        AS rate,
                   unnest($4::text[])          AS currency,
                   unnest($5::bigint[])        AS monetised,
                   unnest($6::text[])::numeric AS amount) AS part
      JOIN tidemark.rate ON rate.id = part.rate
     UNION ALL
    SELECT unnest($7::smallint[]), unnest($8::text[]), unnest($9::text[])::numeric
), bucket AS MATERIALIZED (
    SELECT DISTINCT rated.bucket AS number FROM rated
), earned AS MATERIALIZED ( -- as it stands there now, rate by rate, but for what is new
    SELECT chunk.bucket, chunk.currency,
           sum(CASE rate.basis WHEN 'amount' THEN summed.reported ELSE summed.monetised END * rate.rate) AS worth
      FROM (SELECT earning.bucket, earning.currency, earning.rates, earning.rate_ends,
                   earning.monetised || '{}' AS monetised,
                   earning.reported || '{}'  AS reported
              FROM tidemark.earning
             WHERE earning.accrual = $1::bigint
               AND earning.bucket IN (SELECT bucket.number FROM bucket)
            OFFSET 0) AS chunk
     CROSS JOIN LATERAL tidemark.rate_spans(chunk.rates, chunk.rate_ends) AS span
     CROSS JOIN LATERAL (
        SELECT tidemark.total(part.monetised) AS monetised, sum(part.reported) AS reported
          FROM (SELECT unnest(chunk.monetised[span.first_place : span.last_place]) AS monetised,
                       unnest(chunk.reported[span.first_place : span.last_place])  AS reported) AS part) AS summed
      JOIN tidemark.rate ON rate.id = span.rate
     GROUP BY chunk.bucket, chunk.currency
), suspended AS ( -- likewise
    SELECT unpriced.bucket, unpriced.value_currency AS currency, sum(unpriced.total_value) AS worth
      FROM tidemark.unpriced_usage AS unpriced
     WHERE unpriced.accrual = $1::bigint
       AND unpriced.bucket IN (SELECT bucket.number FROM bucket)
       AND unpriced.reason = 'no_split'
     GROUP BY unpriced.bucket, unpriced.value_currency
), share AS MATERIALIZED (
    SELECT line.kind, line.payee, line.currency, sum(line.worth * line.share) AS amount, min(line.first_day) AS first_day,
           max(line.last_day) AS last_day
      FROM (SELECT deal.kind,
                   unnest(deal.payees::integer[]) AS payee,
                   unnest(deal.shares::numeric[]) AS share,
                   deal.currency,
                   CASE rate.basis WHEN 'amount' THEN deal.amount ELSE deal.monetised END * rate.rate AS worth,
                   date '1970-01-01' + deal.first_day AS first_day,
                   date '1970-01-01' + deal.last_day  AS last_day
              FROM (SELECT 'earned'                     AS kind,
                           unnest($10::text[])          AS payees,
                           unnest($11::text[])          AS shares,
                           unnest($12::bigint[])        AS rate,
                           unnest($13::text[])          AS currency,
                           unnest($14::bigint[])        AS monetised,
                           unnest($15::text[])::numeric AS amount,
                           unnest($16::integer[])       AS first_day,
                           unnest($17::integer[])       AS last_day
                     UNION ALL
                    SELECT 'reversed', unnest($18::text[]), unnest($19::text[]), unnest($20::bigint[]), unnest($21::text[]),
                           unnest($22::bigint[]), unnest($23::text[])::numeric, unnest($24::integer[]),
                           unnest($25::integer[])) AS deal
              JOIN tidemark.rate ON rate.id = deal.rate) AS line
     GROUP BY line.kind, line.payee, line.currency
), total AS MATERIALIZED (
    SELECT part.bucket,
           part.currency,
           sum(part.rated)     AS rated,
           sum(part.earned)    AS earned,
           sum(part.suspended) AS suspended
      FROM (SELECT rated.bucket, rated.currency, rated.worth AS rated, 0 AS earned, 0 AS suspended FROM rated
             UNION ALL
            SELECT earned.bucket, earned.currency, 0, earned.worth, 0 FROM earned
             UNION ALL
            SELECT suspended.bucket, suspended.currency, 0, 0, suspended.worth FROM suspended
             UNION ALL
            SELECT new.bucket, new.currency, 0, -new.earned, -new.suspended
              FROM tidemark.pricing_total AS new
             WHERE new.accrual = $1::bigint
               AND new.part = 'new'
               AND new.bucket IN (SELECT bucket.number FROM bucket)) AS part
     GROUP BY part.bucket, part.currency
), conserved AS MATERIALIZED (
    SELECT total.*
      FROM total
     WHERE tidemark.is_conserved($1::bigint, 'again', total.currency, total.rated, total.earned, total.suspended)
), recorded AS (
    INSERT INTO tidemark.pricing_total (accrual, bucket, part, currency, rated, earned, suspended)
    SELECT $1::bigint, conserved.bucket, 'again', conserved.currency, conserved.rated, conserved.earned, conserved.suspended
      FROM conserved
     WHERE (conserved.rated, conserved.earned, conserved.suspended) <> (0, 0, 0)
), unshared AS (
    SELECT side.currency
      FROM (SELECT conserved.currency, conserved.earned, 0 AS shared FROM conserved
             UNION ALL
            SELECT share.currency, 0, share.amount FROM share) AS side
     GROUP BY side.currency
    HAVING sum(side.earned) <> sum(side.shared)
       AND tidemark.refuse(70, format('accrual %s, priced again: %s %s are earned, but payees get %s of it', $1::bigint,
                                      trim_scale(sum(side.earned)), side.currency, trim_scale(sum(side.shared))))
)
SELECT share.payee::bigint AS payee,
       share.currency      AS currency,
       share.kind          AS kind,
       share.amount        AS amount,
       share.first_day     AS first_day,
       share.last_day      AS last_day
  FROM share
 WHERE NOT EXISTS (SELECT FROM unshared);
