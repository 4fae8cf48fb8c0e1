-- Chunks of release usage as they are stored, of some accruals' buckets.
--   $1  buckets        smallint[]
--   $2  accruals       bigint[]    of each of them
--   →   reason         text        null: they count to releases
--       accrual        bigint      the other columns as of open_chunks
--       named, played  bytea       as the rows named them; null: all as they are resolved
SELECT NULL              AS reason,
       usage.bucket      AS bucket,
       usage.accrual     AS accrual,
       usage.feed        AS feed,
       usage.period_from AS period_from,
       usage.period_to   AS period_to,
       usage.currency    AS currency,
       usage.cells       AS cells,
       usage.pair_count  AS pair_count,
       usage.releases    AS releases,
       usage.recordings  AS recordings,
       usage.named       AS named,
       usage.played      AS played,
       usage.pairs       AS pairs,
       usage.markets     AS markets,
       usage.streams     AS streams,
       usage.monetised   AS monetised,
       usage.amounts     AS amounts
  FROM unnest($1::smallint[], $2::bigint[]) AS opened (bucket, accrual)
 CROSS JOIN LATERAL ( -- one by one, so that the index is asked: a hash join would read all history
    SELECT usage.*
      FROM tidemark.release_usage AS usage
     WHERE usage.bucket = opened.bucket
       AND usage.accrual = opened.accrual
    OFFSET 0) AS usage;
