-- Whether what was read of an accrual is what aggregate recorded: its buckets are priced, here or by others who have not committed
-- yet.
--   $1  accrual    bigint
--   $2  buckets    bigint[]   that the others did, how many each
--   $3  streams    text[]     what they read
--   $4  monetised  text[]
--   $5  amounts    text[]
WITH was_read AS (
    SELECT sum(part.buckets)             AS buckets,
           sum(part.streams)             AS streams,
           sum(part.monetised)           AS monetised,
           trim_scale(sum(part.amount))  AS amount
      FROM (SELECT count(*) AS buckets,
                   coalesce(sum(done.streams), 0) AS streams,
                   coalesce(sum(done.monetised), 0) AS monetised,
                   coalesce(sum(done.amount), 0) AS amount
              FROM tidemark.pricing_bucket AS done
             WHERE done.accrual = $1::bigint
             UNION ALL
            SELECT unnest($2::bigint[]), unnest($3::text[])::numeric, unnest($4::text[])::numeric,
                   unnest($5::text[])::numeric) AS part
), recorded AS (
    SELECT sum(bucket.matched_streams)             AS streams,
           sum(bucket.matched_monetised)           AS monetised,
           trim_scale(sum(bucket.matched_amount))  AS amount
      FROM tidemark.accrual_bucket AS bucket
     WHERE bucket.accrual = $1::bigint
)
SELECT was_read.buckets
  FROM was_read
 CROSS JOIN recorded
 WHERE (was_read.buckets = 256
        OR tidemark.refuse(75, format('accrual %s: %s of its 256 buckets are priced; another run may be at it', $1::bigint,
                                      was_read.buckets)))
   AND ((was_read.streams, was_read.monetised, was_read.amount) = (recorded.streams, recorded.monetised, recorded.amount)
        OR tidemark.refuse(75, format('accrual %s: read %s streams, %s monetised, amount %s, but recorded as matched: %s, %s, %s',
                                      $1::bigint, was_read.streams, was_read.monetised, was_read.amount,
                                      recorded.streams, recorded.monetised, recorded.amount)));
