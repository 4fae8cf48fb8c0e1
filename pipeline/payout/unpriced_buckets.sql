-- The buckets of an accrual that are not priced.
--   $1  accrual  bigint
--   →   bucket   bigint
SELECT bucket.number AS bucket
  FROM generate_series(0, 255) AS bucket (number)
 WHERE NOT EXISTS (SELECT
                     FROM tidemark.pricing_bucket AS done
                    WHERE done.accrual = $1::bigint AND done.bucket = bucket.number)
 ORDER BY bucket.number;
