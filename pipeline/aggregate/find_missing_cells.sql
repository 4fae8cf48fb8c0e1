-- Where the cells that were read are not those that ingest committed, by the control totals of their batches. A commit may be
-- visible in part for a while on a distributed engine; who reads then must read again later.
--   $1  accrual         bigint
--   $2  buckets         smallint[]
--   →   feed            text
--       batch           bigint
--       bucket          smallint
--       cells_read      bigint
--       cells_expected  bigint    (equal where only streams, monetised or amount differ)
WITH found AS (
    SELECT cell.batch,
           cell.bucket,
           count(*)            AS cells,
           sum(cell.streams)   AS streams,
           sum(cell.monetised) AS monetised,
           sum(cell.amount)    AS amount
      FROM pg_temp.cell
     GROUP BY cell.batch, cell.bucket
), expected AS (
    SELECT batch.feed,
           batch.number,
           batch.id,
           bucket.number                           AS bucket,
           batch.bucket_cells[bucket.number + 1]     AS cells,
           batch.bucket_streams[bucket.number + 1]   AS streams,
           batch.bucket_monetised[bucket.number + 1] AS monetised,
           batch.bucket_amounts[bucket.number + 1]   AS amount
      FROM tidemark.accrual_batch
      JOIN tidemark.batch ON batch.id = accrual_batch.id
     CROSS JOIN unnest($2::smallint[]) AS bucket (number)
     WHERE accrual_batch.accrual = $1::bigint
)
SELECT feed.name                 AS feed,
       expected.number           AS batch,
       expected.bucket           AS bucket,
       coalesce(found.cells, 0)  AS cells_read,
       expected.cells::bigint    AS cells_expected
  FROM expected
  JOIN tidemark.feed ON feed.id = expected.feed
  LEFT JOIN found ON found.batch = expected.id AND found.bucket = expected.bucket
 WHERE (coalesce(found.cells, 0), coalesce(found.streams, 0), coalesce(found.monetised, 0), coalesce(found.amount, 0))
       <> (expected.cells, expected.streams, expected.monetised, expected.amount)
 ORDER BY feed.name, expected.number, expected.bucket
 LIMIT 1;
