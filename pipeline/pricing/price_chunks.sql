-- The release usage of some buckets of an accrual: chunks as they are stored, those of a lot together and as
-- their releases rise.
--   $1  accrual   bigint
--   $2  buckets   smallint[]
--   →   bucket, feed, period_from, period_to, currency
--       cells, total_streams, total_monetised, total_amount
--       pair_count                                  integer
--       releases, recordings                        bytea     of each pair
--       pairs, markets, streams, monetised, amounts           of each cell
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
  FROM (SELECT usage.*,
               (tidemark.unpack(usage.releases, 1))[1]   AS first_release,
               (tidemark.unpack(usage.recordings, 1))[1] AS first_recording
          FROM tidemark.release_usage AS usage
         WHERE usage.accrual = $1::bigint
           AND usage.bucket = ANY ($2::smallint[])
        OFFSET 0) AS chunk -- found by their buckets, not read in order through all of the accrual
 ORDER BY chunk.bucket, chunk.feed, chunk.period_from, chunk.period_to, chunk.currency COLLATE "C",
          chunk.first_release, chunk.first_recording;
