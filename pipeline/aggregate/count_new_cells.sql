-- How many cells an accrual's batches bring, over all buckets.
--   $1  accrual  bigint
--   →   cells    bigint
SELECT coalesce(sum(batch.cells), 0)::bigint AS cells
  FROM tidemark.accrual_batch
  JOIN tidemark.batch ON batch.id = accrual_batch.id
 WHERE accrual_batch.accrual = $1::bigint;
