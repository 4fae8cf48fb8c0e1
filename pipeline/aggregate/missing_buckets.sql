-- The buckets of a range that an accrual has not recorded yet.
--   $1  accrual  bigint
--   $2  first    integer
--   $3  last     integer
--   →   bucket   integer
SELECT bucket.number AS bucket
  FROM generate_series($2::integer, $3::integer) AS bucket (number)
 WHERE NOT EXISTS (SELECT
                     FROM tidemark.accrual_bucket AS done
                    WHERE done.accrual = $1::bigint AND done.bucket = bucket.number)
 ORDER BY bucket.number;
