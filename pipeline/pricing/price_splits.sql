-- The splits of some buckets that are in force at a version: all of them, or those of the releases that an accrual has usage of,
-- where that is much less to read. (Of all that there are a split takes 1 µs, found by its release 4, and a release has some cells.)
--   $1  accrual    bigint
--   $2  version    bigint      of the catalogue
--   $3  buckets    smallint[]
--   $4  cells      bigint      of the accrual in these buckets
--   →   id, release, recording
--       first_day  date        null: always
--       end_day    date        the first behind it, null: none
--       payees     integer[]
--       shares     numeric[]
WITH size AS MATERIALIZED (
    -- As a part of the whole table, which has about 140 bytes a split.
    SELECT pg_relation_size('tidemark.split') / 140 * cardinality($3::smallint[]) / 256 > 4 * $4::bigint AS is_large
), split AS NOT MATERIALIZED (
    SELECT split.*
      FROM tidemark.split
     WHERE NOT (SELECT size.is_large FROM size)
       AND split.bucket = ANY ($3::smallint[])
     UNION ALL
    SELECT split.*
      FROM (SELECT DISTINCT usage.bucket, unnest(tidemark.unpack(usage.releases, usage.pair_count)) AS release
              FROM tidemark.release_usage AS usage
             WHERE (SELECT size.is_large FROM size)
               AND usage.accrual = $1::bigint
               AND usage.bucket = ANY ($3::smallint[])) AS used
     CROSS JOIN LATERAL (SELECT split.*
                           FROM tidemark.split
                          WHERE split.bucket = used.bucket AND split.release = used.release
                         OFFSET 0) AS split -- one by one by their index
)
SELECT split.id        AS id,
       split.release   AS release,
       split.recording AS recording,
       CASE WHEN lower(split.validity) > '1900-01-01' THEN lower(split.validity) END  AS first_day, -- no period is older
       CASE WHEN upper(split.validity) <= '2299-12-31' THEN upper(split.validity) END AS end_day,
       split.payees    AS payees,
       split.shares    AS shares
  FROM split
 WHERE tidemark.in_force(split.since_version, split.until_version, $2::bigint);
