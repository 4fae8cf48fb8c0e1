-- Chunks of usage as they are stored, of some batches' buckets.
--   $1  buckets   smallint[]
--   $2  batches   bigint[]    of each of them
--   →   bucket, feed, period_from, period_to, currency, cells
--       pair_count                                  integer
--       releases, recordings                        bytea     of each pair
--       pairs, markets, streams, monetised, amounts           of each cell
SELECT usage.bucket      AS bucket,
       usage.feed        AS feed,
       usage.period_from AS period_from,
       usage.period_to   AS period_to,
       usage.currency    AS currency,
       usage.cells       AS cells,
       usage.pair_count  AS pair_count,
       usage.releases    AS releases,
       usage.recordings  AS recordings,
       usage.pairs       AS pairs,
       usage.markets     AS markets,
       usage.streams     AS streams,
       usage.monetised   AS monetised,
       usage.amounts     AS amounts
  FROM unnest($1::smallint[], $2::bigint[]) AS opened (bucket, batch)
 CROSS JOIN LATERAL ( -- one by one, so that the index is asked: a hash join would read all history
    SELECT usage.*
      FROM tidemark.usage
     WHERE usage.bucket = opened.bucket
       AND usage.batch = opened.batch
    OFFSET 0) AS usage;
