-- What some accruals came to.
--   $1  first                bigint
--   $2  last                 bigint
--   →   accrual              bigint
--       catalogue_version    bigint
--       batches              bigint
--       buckets              bigint   recorded, of 256
--       is_complete          boolean
--       streams              bigint   counted by its batches
--       monetised            bigint
--       matched              bigint   streams that went to releases, and monetised ones among them
--       matched_monetised    bigint
--       suspended            bigint   streams that went to suspense (negative: more were claimed from it)
--       suspended_monetised  bigint
SELECT accrual.number                                        AS accrual,
       accrual.catalogue_version                             AS catalogue_version,
       (SELECT count(*)
          FROM tidemark.accrual_batch
         WHERE accrual_batch.accrual = accrual.number)       AS batches,
       count(done.bucket)                                    AS buckets,
       accrual.completed_at IS NOT NULL                      AS is_complete,
       coalesce(sum(done.counted_streams), 0)::bigint        AS streams,
       coalesce(sum(done.counted_monetised), 0)::bigint      AS monetised,
       coalesce(sum(done.matched_streams), 0)::bigint        AS matched,
       coalesce(sum(done.matched_monetised), 0)::bigint      AS matched_monetised,
       coalesce(sum(done.suspended_streams), 0)::bigint      AS suspended,
       coalesce(sum(done.suspended_monetised), 0)::bigint    AS suspended_monetised
  FROM tidemark.accrual
  LEFT JOIN tidemark.accrual_bucket AS done ON done.accrual = accrual.number
 WHERE accrual.number BETWEEN $1::bigint AND $2::bigint
 GROUP BY accrual.number
 ORDER BY accrual.number;
