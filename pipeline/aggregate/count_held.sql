-- How many cells are held, by bucket.
--   →   bucket  smallint
--       cells   bigint
SELECT held.bucket AS bucket,
       count(*)    AS cells
  FROM pg_temp.held
 GROUP BY held.bucket;
