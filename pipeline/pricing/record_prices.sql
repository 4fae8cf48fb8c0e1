-- Records what was read of some buckets of an accrual and what it came to: what has a rate was entered as earned, or waits, to the
-- last digit; and what was entered is what its payees get.
--   $1   accrual              bigint
--   what was read, bucket by bucket
--   $2   buckets              smallint[]
--   $3   streams              bigint[]
--   $4   monetised            bigint[]
--   $5   amounts              text[]
--   what of it has a rate, added up by bucket, rate and currency
--   $6   rated_buckets        smallint[]
--   $7   rated_rates          bigint[]
--   $8   rated_currencies     text[]
--   $9   rated_monetised      bigint[]
--   $10  rated_amounts        text[]
--   what earns, added up by rate, currency, payees and shares
--   $11  deal_payees          text[]      arrays, as texts
--   $12  deal_shares          text[]
--   $13  deal_rates           bigint[]
--   $14  deal_currencies      text[]
--   $15  deal_monetised       bigint[]
--   $16  deal_amounts         text[]
--   $17  deal_first_days      integer[]   of the service periods, from 1970-01-01
--   $18  deal_last_days       integer[]
--   →    payee      bigint
--        currency   text
--        kind       text     'earned'
--        amount     numeric
--        first_day  date
--        last_day   date
WITH done AS (
    INSERT INTO tidemark.pricing_bucket (accrual, bucket, streams, monetised, amount)
    SELECT $1::bigint, unnest($2::smallint[]), unnest($3::bigint[]), unnest($4::bigint[]), unnest($5::text[])::numeric
), rated AS (
    SELECT part.bucket, part.currency,
           CASE rate.basis WHEN 'amount' THEN part.amount ELSE part.monetised END * rate.rate AS worth
      FROM (SELECT unnest($6::smallint[])       AS bucket,
                   unnest($7::bigint[])         AS rate,
                   unnest($8::text[])           AS currency,
                   unnest($9::bigint[])         AS monetised,
                   unnest($10::text[])::numeric AS amount) AS part
      JOIN tidemark.rate ON rate.id = part.rate
), earned AS MATERIALIZED ( -- as it stands there now, rate by rate
    SELECT chunk.bucket, chunk.currency,
           sum(CASE rate.basis WHEN 'amount' THEN summed.reported ELSE summed.monetised END * rate.rate) AS worth
      FROM (SELECT earning.bucket, earning.currency, earning.rates, earning.rate_ends,
                   earning.monetised || '{}' AS monetised,
                   earning.reported || '{}'  AS reported
              FROM tidemark.earning
             WHERE earning.accrual = $1::bigint
               AND earning.bucket = ANY ($2::smallint[])
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
       AND unpriced.bucket = ANY ($2::smallint[])
       AND unpriced.reason = 'no_split'
     GROUP BY unpriced.bucket, unpriced.value_currency
), share AS MATERIALIZED (
    SELECT line.payee, line.currency, sum(line.worth * line.share) AS amount, min(line.first_day) AS first_day,
           max(line.last_day) AS last_day
      FROM (SELECT unnest(deal.payees::integer[]) AS payee,
                   unnest(deal.shares::numeric[]) AS share,
                   deal.currency,
                   CASE rate.basis WHEN 'amount' THEN deal.amount ELSE deal.monetised END * rate.rate AS worth,
                   deal.first_day,
                   deal.last_day
              FROM (SELECT unnest($11::text[])                        AS payees,
                           unnest($12::text[])                        AS shares,
                           unnest($13::bigint[])                      AS rate,
                           unnest($14::text[])                        AS currency,
                           unnest($15::bigint[])                      AS monetised,
                           unnest($16::text[])::numeric               AS amount,
                           date '1970-01-01' + unnest($17::integer[]) AS first_day,
                           date '1970-01-01' + unnest($18::integer[]) AS last_day) AS deal
              JOIN tidemark.rate ON rate.id = deal.rate) AS line
     GROUP BY line.payee, line.currency
), total AS (
    SELECT part.bucket,
           part.currency,
           sum(part.rated)     AS rated,
           sum(part.earned)    AS earned,
           sum(part.suspended) AS suspended
      FROM (SELECT rated.bucket, rated.currency, rated.worth AS rated, 0 AS earned, 0 AS suspended FROM rated
             UNION ALL
            SELECT earned.bucket, earned.currency, 0, earned.worth, 0 FROM earned
             UNION ALL
            SELECT suspended.bucket, suspended.currency, 0, 0, suspended.worth FROM suspended) AS part
     GROUP BY part.bucket, part.currency
), conserved AS MATERIALIZED (
    SELECT total.*
      FROM total
     WHERE tidemark.is_conserved($1::bigint, 'new', total.currency, total.rated, total.earned, total.suspended)
), recorded AS (
    INSERT INTO tidemark.pricing_total (accrual, bucket, part, currency, rated, earned, suspended)
    SELECT $1::bigint, conserved.bucket, 'new', conserved.currency, conserved.rated, conserved.earned, conserved.suspended
      FROM conserved
), unshared AS (
    SELECT side.currency
      FROM (SELECT earned.currency, earned.worth AS earned, 0 AS shared FROM earned
             UNION ALL
            SELECT share.currency, 0, share.amount FROM share) AS side
     WHERE (SELECT count(*) FROM conserved) >= 0 -- that comes first
     GROUP BY side.currency
    HAVING sum(side.earned) <> sum(side.shared)
       AND tidemark.refuse(70, format('accrual %s: %s %s are earned, but payees get %s of it', $1::bigint,
                                      trim_scale(sum(side.earned)), side.currency, trim_scale(sum(side.shared))))
)
SELECT share.payee::bigint AS payee,
       share.currency      AS currency,
       'earned'            AS kind,
       share.amount        AS amount,
       share.first_day     AS first_day,
       share.last_day      AS last_day
  FROM share
 WHERE NOT EXISTS (SELECT FROM unshared);
