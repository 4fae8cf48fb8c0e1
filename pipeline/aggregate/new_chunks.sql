-- What the chunks of an accrual's batches name, of some buckets. A chunk has each pair of names once.
--   $1  accrual       bigint
--   $2  buckets       smallint[]
--   $3  with_markets  boolean
--   →   bucket, batch, period_to, cells
--       pair_count            integer
--       releases, recordings  bytea     of each pair
--       markets               bytea     of each cell; null where they were not asked for
SELECT usage.bucket     AS bucket,
       usage.batch      AS batch,
       usage.period_to  AS period_to,
       usage.cells      AS cells,
       usage.pair_count AS pair_count,
       usage.releases   AS releases,
       usage.recordings AS recordings,
       CASE WHEN $3::boolean THEN usage.markets END AS markets
  FROM tidemark.accrual_batch
  JOIN tidemark.usage ON usage.batch = accrual_batch.id
 WHERE accrual_batch.accrual = $1::bigint
   AND usage.bucket = ANY ($2::smallint[]);
