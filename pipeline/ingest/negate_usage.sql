-- The cells of a batch once more with the opposite sign, as those of a further batch. The list of buckets is for the index,
-- which begins with them.
--   $1  batch_id  bigint  the further batch
--   $2  batch_id  bigint  whose cells they are
INSERT INTO tidemark.usage (bucket, batch, feed, period_from, period_to, currency, cells, total_streams, total_monetised, total_amount,
                            pair_count, releases, recordings, pairs, markets, streams, monetised, amounts)
SELECT usage.bucket,
       $1::bigint,
       usage.feed,
       usage.period_from,
       usage.period_to,
       usage.currency,
       usage.cells,
       -usage.total_streams,
       -usage.total_monetised,
       -usage.total_amount,
       usage.pair_count,
       usage.releases,
       usage.recordings,
       usage.pairs,
       usage.markets,
       tidemark.pack(ARRAY(SELECT -cell.streams
                             FROM unnest(tidemark.unpack(usage.streams, usage.cells)) WITH ORDINALITY AS cell (streams, place)
                            ORDER BY cell.place)),
       tidemark.pack(ARRAY(SELECT -cell.monetised
                             FROM unnest(tidemark.unpack(usage.monetised, usage.cells)) WITH ORDINALITY AS cell (monetised, place)
                            ORDER BY cell.place)),
       CASE WHEN usage.amounts IS NOT NULL
            THEN ARRAY(SELECT -cell.amount
                         FROM unnest(usage.amounts) WITH ORDINALITY AS cell (amount, place) ORDER BY cell.place)
       END
  FROM tidemark.usage
 WHERE usage.batch = $2::bigint
   AND usage.bucket = ANY (ARRAY(SELECT generate_series(0, 255))::smallint[]);
