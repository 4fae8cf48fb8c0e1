-- Numbers the feeds, periods and currencies of the cells to come.
--   $1  accrual   bigint
--   $2  buckets   smallint[]
--   $3  has_held  boolean     held cells come too
INSERT INTO pg_temp.span (number, feed, period_from, period_to, currency)
SELECT row_number() OVER (),
       here.feed,
       here.period_from,
       here.period_to,
       here.currency
  FROM (SELECT usage.feed, usage.period_from, usage.period_to, usage.currency
          FROM tidemark.accrual_batch
          JOIN tidemark.usage ON usage.batch = accrual_batch.id
         WHERE accrual_batch.accrual = $1::bigint
           AND usage.bucket = ANY ($2::smallint[])
         UNION
        SELECT suspense.feed, suspense.period_from, suspense.period_to, suspense.currency
          FROM tidemark.suspense
         WHERE $3::boolean
           AND suspense.bucket = ANY ($2::smallint[])
           AND suspense.accrual < $1::bigint
         UNION
        SELECT usage.feed, usage.period_from, usage.period_to, usage.currency
          FROM tidemark.release_usage AS usage
         WHERE $3::boolean
           AND usage.bucket = ANY ($2::smallint[])
           AND usage.accrual < $1::bigint) AS here;
