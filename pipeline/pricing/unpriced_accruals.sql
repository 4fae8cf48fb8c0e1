-- Accruals that are not priced, in order.
--   →   accrual         bigint
--       version         bigint   the catalogue's, by whose terms it is priced
--       version_before  bigint   that of the accrual before it, 0 for the first: what came after it may touch old usage
--       is_complete     boolean
--       buckets         bigint   that are recorded
--       cells           bigint   of its batches
SELECT accrual.number                           AS accrual,
       accrual.catalogue_version                AS version,
       coalesce(previous.catalogue_version, 0)  AS version_before,
       accrual.completed_at IS NOT NULL         AS is_complete,
       (SELECT count(*)
          FROM tidemark.accrual_bucket
         WHERE accrual_bucket.accrual = accrual.number) AS buckets,
       (SELECT coalesce(sum(batch.cells), 0)::bigint
          FROM tidemark.accrual_batch
          JOIN tidemark.batch ON batch.id = accrual_batch.id
         WHERE accrual_batch.accrual = accrual.number) AS cells
  FROM tidemark.accrual
  LEFT JOIN tidemark.accrual AS previous ON previous.number = accrual.number - 1
 WHERE NOT EXISTS (SELECT FROM tidemark.pricing WHERE pricing.accrual = accrual.number)
 ORDER BY accrual.number;
