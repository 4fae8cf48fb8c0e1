-- What accruals earned in some buckets: chunks as they are stored.
--   $1  accruals      bigint[]
--   $2  first_bucket  smallint
--   $3  last_bucket   smallint
--   →   bucket, accrual, kind, feed, period_from, period_to, currency
--       pair_count                    integer   of the releases, recordings and splits
--       releases, recordings, splits  bigint[]
--       rate_count                    integer
--       rates, rate_ends              bigint[]
--       part_count                    integer
--       pairs, monetised, reported              of each part; reported is null where the rates pay by the stream
SELECT earning.bucket                 AS bucket,
       earning.accrual                AS accrual,
       earning.kind                   AS kind,
       earning.feed                   AS feed,
       earning.period_from            AS period_from,
       earning.period_to              AS period_to,
       earning.currency               AS currency,
       cardinality(earning.releases)  AS pair_count,
       earning.releases               AS releases,
       earning.recordings             AS recordings,
       earning.splits                 AS splits,
       cardinality(earning.rates)     AS rate_count,
       earning.rates                  AS rates,
       earning.rate_ends              AS rate_ends,
       cardinality(earning.monetised) AS part_count,
       earning.pairs                  AS pairs,
       earning.monetised              AS monetised,
       earning.reported               AS reported
  FROM unnest($1::bigint[]) AS wanted (accrual)
 CROSS JOIN LATERAL (SELECT earning.*
                       FROM tidemark.earning
                      WHERE earning.accrual = wanted.accrual
                        AND earning.bucket BETWEEN $2::smallint AND $3::smallint
                     OFFSET 0) AS earning;
