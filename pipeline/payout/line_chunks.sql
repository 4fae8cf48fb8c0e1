-- What accruals earned in some buckets: chunks as they are stored.
--   $1  accruals      bigint[]
--   $2  first_bucket  smallint
--   $3  last_bucket   smallint
--   →   bucket, accrual, kind, feed, period_from, period_to, currency, releases, recordings, rates, splits, monetised
--       parts     integer  of each array
--       reported  null where the rates pay by the stream
SELECT earning.bucket                AS bucket,
       earning.accrual               AS accrual,
       earning.kind                  AS kind,
       earning.feed                  AS feed,
       earning.period_from           AS period_from,
       earning.period_to             AS period_to,
       earning.currency              AS currency,
       cardinality(earning.releases) AS parts,
       earning.releases              AS releases,
       earning.recordings            AS recordings,
       earning.rates                 AS rates,
       earning.splits                AS splits,
       earning.monetised             AS monetised,
       earning.reported              AS reported
  FROM unnest($1::bigint[]) AS wanted (accrual)
 CROSS JOIN LATERAL (SELECT earning.*
                       FROM tidemark.earning
                      WHERE earning.accrual = wanted.accrual
                        AND earning.bucket BETWEEN $2::smallint AND $3::smallint
                     OFFSET 0) AS earning;
