-- The release usage of some lots that accruals before one brought: chunks as they are stored, those of a lot together and as their
-- releases rise.
--   $1  accrual       bigint
--   $2  buckets       smallint[]  of each lot
--   $3  feeds         integer[]
--   $4  periods_from  integer[]   days from 1970-01-01
--   $5  periods_to    integer[]
--   →   as price_chunks.sql
SELECT chunk.bucket          AS bucket,
       chunk.feed            AS feed,
       chunk.period_from     AS period_from,
       chunk.period_to       AS period_to,
       chunk.currency        AS currency,
       chunk.cells           AS cells,
       chunk.total_streams   AS total_streams,
       chunk.total_monetised AS total_monetised,
       trim_scale(chunk.total_amount) AS total_amount,
       chunk.pair_count      AS pair_count,
       chunk.releases        AS releases,
       chunk.recordings      AS recordings,
       chunk.pairs           AS pairs,
       chunk.markets         AS markets,
       chunk.streams         AS streams,
       chunk.monetised       AS monetised,
       chunk.amounts         AS amounts
  FROM (SELECT unnest($2::smallint[])                    AS bucket,
               unnest($3::integer[])                     AS feed,
               date '1970-01-01' + unnest($4::integer[]) AS period_from,
               date '1970-01-01' + unnest($5::integer[]) AS period_to) AS lot
 CROSS JOIN LATERAL (
    SELECT usage.*,
           (tidemark.unpack(usage.releases, 1))[1]   AS first_release,
           (tidemark.unpack(usage.recordings, 1))[1] AS first_recording
      FROM tidemark.release_usage AS usage
     WHERE usage.bucket = lot.bucket AND usage.feed = lot.feed AND usage.period_from = lot.period_from
       AND usage.period_to = lot.period_to AND usage.accrual < $1::bigint
    OFFSET 0) AS chunk -- by their index
 ORDER BY chunk.bucket, chunk.feed, chunk.period_from, chunk.period_to, chunk.currency COLLATE "C",
          chunk.first_release, chunk.first_recording;
