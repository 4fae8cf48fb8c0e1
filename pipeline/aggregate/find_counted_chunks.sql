-- What chunks of release usage name that may hold names of which the catalogue changed its mind.
--   $1  accrual        bigint      only what accruals before it left there
--   $2  buckets        smallint[]
--   →   bucket, accrual, period_to, cells
--       reason         text        null: they count to releases
--       pair_count     integer     of the names
--       named, played  bytea       releases and recordings, as the rows named them
WITH touched AS MATERIALIZED ( -- where and on which days such names may be; without a bucket: in all of them
    SELECT touched.bucket,
           touched.validity
      FROM pg_temp.touched_release AS touched
     WHERE touched.bucket IS NOT NULL
     UNION
    SELECT touched.bucket,
           touched.validity
      FROM pg_temp.touched_recording AS touched
     WHERE touched.where_named OR touched.bucket IS NOT NULL
     UNION
    SELECT NULL,
           daterange(NULL, NULL)
      FROM pg_temp.touched_market AS touched
     WHERE touched.is_lost
)
SELECT usage.bucket                             AS bucket,
       usage.accrual                            AS accrual,
       usage.period_to                          AS period_to,
       usage.cells                              AS cells,
       NULL                                     AS reason,
       usage.pair_count                         AS pair_count,
       coalesce(usage.named, usage.releases)    AS named,
       coalesce(usage.played, usage.recordings) AS played
  FROM tidemark.release_usage AS usage
 WHERE EXISTS (SELECT FROM touched)
   AND usage.bucket = ANY ($2::smallint[])
   AND usage.accrual < $1::bigint
   AND EXISTS (SELECT
                 FROM touched
                WHERE (touched.bucket IS NULL OR touched.bucket = usage.bucket)
                  AND touched.validity @> usage.period_to);
