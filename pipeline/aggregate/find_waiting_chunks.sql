-- What chunks of unplaced usage name, in buckets in which names may wait of which the catalogue has learned.
--   $1  accrual        bigint      only what accruals before it left there
--   $2  buckets        smallint[]
--   →   bucket, accrual, period_to, cells
--       reason         text        for which they wait
--       pair_count     integer     of the names
--       named, played  bytea       releases and recordings, as the rows named them
WITH touched AS MATERIALIZED (
    SELECT tidemark.bucket_of(touched_release.named, 0) AS bucket
      FROM pg_temp.touched_release
     UNION
    SELECT touched_recording.waits_in
      FROM pg_temp.touched_recording
)
SELECT usage.bucket       AS bucket,
       usage.accrual      AS accrual,
       usage.period_to    AS period_to,
       usage.cells        AS cells,
       usage.reason::text AS reason,
       usage.pair_count   AS pair_count,
       usage.releases     AS named,
       usage.recordings   AS played
  FROM tidemark.unplaced_usage AS usage
 WHERE usage.bucket = ANY ($2::smallint[])
   AND usage.accrual < $1::bigint
   AND (EXISTS (SELECT FROM touched WHERE touched.bucket IS NULL)
        OR usage.bucket IN (SELECT touched.bucket FROM touched WHERE touched.bucket IS NOT NULL)
        OR (usage.reason = 'unknown_territory' AND EXISTS (SELECT FROM pg_temp.touched_market)));
