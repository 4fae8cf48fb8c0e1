-- Records the buckets that are done, and proves that nothing was lost: the table's constraints hold what was counted against
-- what matched and what is suspended, and what was written must be the same. A bucket that another run has recorded in the
-- meantime stays as it is.
--   $1  accrual              bigint
--   $2  buckets              smallint[]
--   $3  usage_streams        numeric     as write_release_usage gave them
--   $4  usage_monetised      numeric
--   $5  usage_amount         numeric
--   $6  suspense_streams     numeric     as write_suspense gave them
--   $7  suspense_monetised   numeric
--   $8  suspense_amount      numeric
--   →   buckets              bigint      recorded now
--       is_conserved         boolean     null if none was
WITH counted AS (
    SELECT cell.bucket,
           sum(cell.streams)   AS streams,
           sum(cell.monetised) AS monetised,
           sum(cell.amount)    AS amount
      FROM pg_temp.cell
     WHERE cell.batch IS NOT NULL
     GROUP BY cell.bucket
), went AS (
    SELECT flow.bucket,
           sum(flow.streams) FILTER (WHERE flow.reason IS NULL)       AS matched_streams,
           sum(flow.monetised) FILTER (WHERE flow.reason IS NULL)     AS matched_monetised,
           sum(flow.amount) FILTER (WHERE flow.reason IS NULL)        AS matched_amount,
           sum(flow.streams) FILTER (WHERE flow.reason IS NOT NULL)   AS suspended_streams,
           sum(flow.monetised) FILTER (WHERE flow.reason IS NOT NULL) AS suspended_monetised,
           sum(flow.amount) FILTER (WHERE flow.reason IS NOT NULL)    AS suspended_amount
      FROM pg_temp.flow
     GROUP BY flow.bucket
), recorded AS (
    INSERT INTO tidemark.accrual_bucket (accrual, bucket, counted_streams, counted_monetised, counted_amount,
                                         matched_streams, matched_monetised, matched_amount,
                                         suspended_streams, suspended_monetised, suspended_amount)
    SELECT $1::bigint,
           bucket.number,
           coalesce(counted.streams, 0),
           coalesce(counted.monetised, 0),
           coalesce(counted.amount, 0),
           coalesce(went.matched_streams, 0),
           coalesce(went.matched_monetised, 0),
           coalesce(went.matched_amount, 0),
           coalesce(went.suspended_streams, 0),
           coalesce(went.suspended_monetised, 0),
           coalesce(went.suspended_amount, 0)
      FROM unnest($2::smallint[]) AS bucket (number)
      LEFT JOIN counted ON counted.bucket = bucket.number
      LEFT JOIN went ON went.bucket = bucket.number
        ON CONFLICT DO NOTHING
 RETURNING accrual_bucket.*
)
SELECT count(*) AS buckets,
       (sum(recorded.matched_streams), sum(recorded.matched_monetised), sum(recorded.matched_amount))
       = ($3::numeric, $4::numeric, $5::numeric)
       AND (sum(recorded.suspended_streams), sum(recorded.suspended_monetised), sum(recorded.suspended_amount))
           = ($6::numeric, $7::numeric, $8::numeric) AS is_conserved
  FROM recorded;
