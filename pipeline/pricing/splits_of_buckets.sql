-- The splits of some buckets that came up to a version, whether in force or not.
--   $1  version      bigint      of the catalogue
--   $2  buckets      smallint[]
--   →   id, release, recording, first_day, end_day, payees, shares    as price_splits.sql
--       is_in_force  boolean
SELECT split.id        AS id,
       split.release   AS release,
       split.recording AS recording,
       CASE WHEN lower(split.validity) > '1900-01-01' THEN lower(split.validity) END  AS first_day, -- no period is older
       CASE WHEN upper(split.validity) <= '2299-12-31' THEN upper(split.validity) END AS end_day,
       split.payees    AS payees,
       split.shares    AS shares,
       tidemark.in_force(split.since_version, split.until_version, $1::bigint) AS is_in_force
  FROM tidemark.split
 WHERE split.bucket = ANY ($2::smallint[])
   AND split.since_version <= $1::bigint;
