-- The buckets of an accrual that are not priced.
--   $1  accrual  bigint
--   →   bucket   bigint
--       cells    bigint  of release usage
SELECT bucket.number                AS bucket,
       coalesce(usage.cells, 0)     AS cells
  FROM generate_series(0, 255) AS bucket (number)
  LEFT JOIN (SELECT usage.bucket, sum(usage.cells) AS cells
               FROM tidemark.release_usage AS usage
              WHERE usage.accrual = $1::bigint
              GROUP BY usage.bucket) AS usage ON usage.bucket = bucket.number
 WHERE NOT EXISTS (SELECT
                     FROM tidemark.pricing_bucket AS done
                    WHERE done.accrual = $1::bigint AND done.bucket = bucket.number)
 ORDER BY bucket.number;
