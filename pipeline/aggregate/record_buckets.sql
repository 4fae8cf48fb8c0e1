-- Records the buckets that are done, and proves that nothing was lost: what was written to release usage and to suspense, less
-- what flowed there from other buckets and from what is held, is what ingest committed, in each bucket and to the last digit.
-- Where it is not, or where another run has recorded a bucket in the meantime, nothing is recorded for it.
--   $1  accrual       bigint
--   $2  buckets       smallint[]
--   →   buckets       bigint      recorded now
--       is_conserved  boolean
WITH counted AS (
    SELECT bucket.number                                                     AS bucket,
           coalesce(sum(batch.bucket_streams[bucket.number + 1]), 0)         AS streams,
           coalesce(sum(batch.bucket_monetised[bucket.number + 1]), 0)       AS monetised,
           coalesce(sum(batch.bucket_amounts[bucket.number + 1]), 0)         AS amount
      FROM unnest($2::smallint[]) AS bucket (number)
      LEFT JOIN (tidemark.accrual_batch JOIN tidemark.batch ON batch.id = accrual_batch.id)
        ON accrual_batch.accrual = $1::bigint
     GROUP BY bucket.number
), passed AS MATERIALIZED (
    SELECT flow.bucket           AS source,
           flow.chunk % 256      AS target,
           flow.reason IS NULL   AS is_matched,
           sum(flow.sums[1])     AS streams,
           sum(flow.sums[2])     AS monetised,
           sum(flow.sums[3])     AS amount
      FROM pg_temp.flow
     GROUP BY 1, 2, 3
), went AS (
    SELECT side.bucket,
           sum(side.streams) FILTER (WHERE side.is_matched)       AS matched_streams,
           sum(side.monetised) FILTER (WHERE side.is_matched)     AS matched_monetised,
           sum(side.amount) FILTER (WHERE side.is_matched)        AS matched_amount,
           sum(side.streams) FILTER (WHERE NOT side.is_matched)   AS suspended_streams,
           sum(side.monetised) FILTER (WHERE NOT side.is_matched) AS suspended_monetised,
           sum(side.amount) FILTER (WHERE NOT side.is_matched)    AS suspended_amount
      FROM (SELECT written.bucket, true AS is_matched, written.streams, written.monetised, written.amount
              FROM pg_temp.written
             WHERE written.bucket IS NOT NULL
             UNION ALL
            SELECT passed.target, true, -passed.streams, -passed.monetised, -passed.amount
              FROM passed
             WHERE passed.is_matched
             UNION ALL
            SELECT passed.source, passed.is_matched, passed.streams, passed.monetised, passed.amount
              FROM passed) AS side
     GROUP BY side.bucket
), bucket AS MATERIALIZED (
    SELECT coalesce(counted.bucket, went.bucket)   AS number,
           coalesce(counted.streams, 0)            AS counted_streams,
           coalesce(counted.monetised, 0)          AS counted_monetised,
           coalesce(counted.amount, 0)             AS counted_amount,
           coalesce(went.matched_streams, 0)       AS matched_streams,
           coalesce(went.matched_monetised, 0)     AS matched_monetised,
           coalesce(went.matched_amount, 0)        AS matched_amount,
           coalesce(went.suspended_streams, 0)     AS suspended_streams,
           coalesce(went.suspended_monetised, 0)   AS suspended_monetised,
           coalesce(went.suspended_amount, 0)      AS suspended_amount
      FROM counted
      FULL JOIN went ON went.bucket = counted.bucket
), proof AS MATERIALIZED (
    SELECT coalesce(bool_and((bucket.counted_streams, bucket.counted_monetised, bucket.counted_amount)
                             = (bucket.matched_streams + bucket.suspended_streams,
                                bucket.matched_monetised + bucket.suspended_monetised,
                                bucket.matched_amount + bucket.suspended_amount)), true)
           AND (sum(bucket.suspended_streams), sum(bucket.suspended_monetised), sum(bucket.suspended_amount))
               = (SELECT sum(written.streams), sum(written.monetised), sum(written.amount)
                    FROM pg_temp.written
                   WHERE written.bucket IS NULL) AS is_conserved
      FROM bucket
), recorded AS (
    INSERT INTO tidemark.accrual_bucket (accrual, bucket, counted_streams, counted_monetised, counted_amount,
                                         matched_streams, matched_monetised, matched_amount,
                                         suspended_streams, suspended_monetised, suspended_amount)
    SELECT $1::bigint,
           bucket.number,
           bucket.counted_streams,
           bucket.counted_monetised,
           bucket.counted_amount,
           bucket.matched_streams,
           bucket.matched_monetised,
           bucket.matched_amount,
           bucket.suspended_streams,
           bucket.suspended_monetised,
           bucket.suspended_amount
      FROM bucket
     WHERE bucket.number = ANY ($2::smallint[])
       AND (SELECT proof.is_conserved FROM proof)
        ON CONFLICT DO NOTHING
 RETURNING accrual_bucket.bucket
)
SELECT (SELECT count(*) FROM recorded) AS buckets,
       proof.is_conserved              AS is_conserved
  FROM proof;
