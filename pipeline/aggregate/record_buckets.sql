-- Records the buckets that are done, and proves that nothing was lost: what was carried whole, and what of the other cells flowed
-- to release usage and to suspense (held ones with both signs), is what ingest committed, in each bucket and to the last digit.
-- Where it is not, or where another run has recorded a bucket in the meantime, nothing is recorded for it.
--   $1   accrual                                        bigint
--   $2   buckets                                        smallint[]
--   $3   matched streams, $4 monetised, $5 amount       bigint[], bigint[], numeric[]   that flowed, of each of these
--   $6   suspended streams, $7 monetised, $8 amount     bigint[], bigint[], numeric[]
--   $9   buckets with carried chunks                    smallint[]
--   $10  carried streams, $11 monetised, $12 amount     numeric[], of each of these
--   →    buckets                                        bigint   recorded now
--        is_conserved                                   boolean
WITH counted AS (
    SELECT bucket.number                                                     AS bucket,
           coalesce(sum(batch.bucket_streams[bucket.number + 1]), 0)         AS streams,
           coalesce(sum(batch.bucket_monetised[bucket.number + 1]), 0)       AS monetised,
           coalesce(sum(batch.bucket_amounts[bucket.number + 1]), 0)         AS amount
      FROM unnest($2::smallint[]) AS bucket (number)
      LEFT JOIN (tidemark.accrual_batch JOIN tidemark.batch ON batch.id = accrual_batch.id)
        ON accrual_batch.accrual = $1::bigint
     GROUP BY bucket.number
), done AS MATERIALIZED (
    SELECT counted.bucket                                        AS bucket,
           counted.streams                                       AS counted_streams,
           counted.monetised                                     AS counted_monetised,
           counted.amount                                        AS counted_amount,
           flowed.matched_streams + coalesce(carried.streams, 0) AS matched_streams,
           flowed.matched_monetised + coalesce(carried.monetised, 0) AS matched_monetised,
           flowed.matched_amount + coalesce(carried.amount, 0)   AS matched_amount,
           flowed.suspended_streams                              AS suspended_streams,
           flowed.suspended_monetised                            AS suspended_monetised,
           flowed.suspended_amount                               AS suspended_amount
      FROM counted
      JOIN unnest($2::smallint[], $3::bigint[], $4::bigint[], $5::numeric[], $6::bigint[], $7::bigint[], $8::numeric[])
           AS flowed (bucket, matched_streams, matched_monetised, matched_amount, suspended_streams, suspended_monetised,
                      suspended_amount)
        ON flowed.bucket = counted.bucket
      LEFT JOIN unnest($9::smallint[], $10::numeric[], $11::numeric[], $12::numeric[])
                AS carried (bucket, streams, monetised, amount)
        ON carried.bucket = counted.bucket
), proof AS MATERIALIZED (
    SELECT coalesce(bool_and((done.counted_streams, done.counted_monetised, done.counted_amount)
                             = (done.matched_streams + done.suspended_streams,
                                done.matched_monetised + done.suspended_monetised,
                                done.matched_amount + done.suspended_amount)), true) AS is_conserved
      FROM done
), recorded AS (
    INSERT INTO tidemark.accrual_bucket (accrual, bucket, counted_streams, counted_monetised, counted_amount,
                                         matched_streams, matched_monetised, matched_amount,
                                         suspended_streams, suspended_monetised, suspended_amount)
    SELECT $1::bigint,
           done.bucket,
           done.counted_streams,
           done.counted_monetised,
           done.counted_amount,
           done.matched_streams,
           done.matched_monetised,
           done.matched_amount,
           done.suspended_streams,
           done.suspended_monetised,
           done.suspended_amount
      FROM done
     WHERE (SELECT proof.is_conserved FROM proof)
        ON CONFLICT DO NOTHING
 RETURNING accrual_bucket.bucket
)
SELECT (SELECT count(*) FROM recorded) AS buckets,
       proof.is_conserved              AS is_conserved
  FROM proof;
