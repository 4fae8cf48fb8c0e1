-- Puts into suspense what waits for a rate or a split.
--   $1   accrual           bigint
--   $2   buckets           smallint[]  of each row
--   $3   feeds             integer[]
--   $4   periods_from      integer[]   days from 1970-01-01
--   $5   periods_to        integer[]
--   $6   currencies        text[]      of the reported amounts, '' for none
--   $7   releases          bigint[]
--   $8   recordings        bigint[]
--   $9   markets           integer[]
--   $10  rates             bigint[]    by which it would earn, 0 for none
--   $11  value_currencies  text[]      in which it would
--   $12  streams           bigint[]
--   $13  monetised         bigint[]
--   $14  amounts           text[]
--   →    bucket, currency
--        suspended  numeric  what it would earn
WITH waiting AS (
    INSERT INTO tidemark.unpriced_usage AS unpriced (bucket, accrual, reason, feed, period_from, period_to, currency, release,
                                                     recording, market, streams, monetised, amount, value, value_currency)
    SELECT part.bucket, $1::bigint,
           CASE WHEN rate.id IS NULL THEN 'no_rate' ELSE 'no_split' END::tidemark.suspense_reason,
           part.feed, part.period_from, part.period_to, part.currency, part.release, part.recording, part.market, part.streams,
           part.monetised, part.amount,
           CASE rate.basis WHEN 'amount' THEN part.amount ELSE part.monetised END * rate.rate,
           CASE WHEN rate.id IS NOT NULL THEN part.value_currency END
      FROM (SELECT unnest($2::smallint[])                      AS bucket,
                   unnest($3::integer[])                       AS feed,
                   date '1970-01-01' + unnest($4::integer[])   AS period_from,
                   date '1970-01-01' + unnest($5::integer[])   AS period_to,
                   unnest($6::text[])                          AS currency,
                   unnest($7::bigint[])                        AS release,
                   unnest($8::bigint[])                        AS recording,
                   unnest($9::integer[])                       AS market,
                   unnest($10::bigint[])                       AS rate,
                   unnest($11::text[])                         AS value_currency,
                   unnest($12::bigint[])                       AS streams,
                   unnest($13::bigint[])                       AS monetised,
                   unnest($14::text[])::numeric                AS amount) AS part
      LEFT JOIN tidemark.rate ON rate.id = part.rate
    RETURNING unpriced.bucket, unpriced.value_currency, unpriced.value
)
SELECT waiting.bucket         AS bucket,
       waiting.value_currency AS currency,
       sum(waiting.value)     AS suspended
  FROM waiting
 WHERE waiting.value_currency IS NOT NULL
 GROUP BY waiting.bucket, waiting.value_currency;
