-- What accruals before one earned of some lots: chunks as they are stored.
--   $1  accrual       bigint
--   $2  buckets       smallint[]  of each lot
--   $3  feeds         integer[]
--   $4  periods_from  integer[]   days from 1970-01-01
--   $5  periods_to    integer[]
--   →   bucket, feed, period_from, period_to, currency
--       pair_count                    integer   of the releases, recordings and splits
--       releases, recordings, splits  bigint[]
--       rate_count                    integer
--       rates, rate_ends              bigint[]
--       part_count                    integer
--       pairs, monetised, reported              of each part; reported is null where the rates pay by the stream
SELECT earning.bucket                 AS bucket,
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
  FROM (SELECT unnest($2::smallint[])                    AS bucket,
               unnest($3::integer[])                     AS feed,
               date '1970-01-01' + unnest($4::integer[]) AS period_from,
               date '1970-01-01' + unnest($5::integer[]) AS period_to) AS lot
 CROSS JOIN LATERAL (SELECT earning.*
                       FROM tidemark.earning
                      WHERE earning.bucket = lot.bucket AND earning.feed = lot.feed AND earning.period_from = lot.period_from
                        AND earning.period_to = lot.period_to AND earning.accrual < $1::bigint
                     OFFSET 0) AS earning; -- by their index
