-- The batch that takes a file out: the totals of the one that it was counted in, with the opposite sign; as many cells.
--   $1  feed         integer
--   $2  number       bigint
--   $3  id           bigint
--   $4  report_file  bigint
INSERT INTO tidemark.batch (feed, number, id, kind, report_file, last_period, cells, streams, monetised, amount,
                            bucket_cells, bucket_streams, bucket_monetised, bucket_amounts)
SELECT $1::integer,
       $2::bigint,
       $3::bigint,
       'revoked',
       batch.report_file,
       batch.last_period,
       batch.cells,
       -batch.streams,
       -batch.monetised,
       -batch.amount,
       batch.bucket_cells,
       ARRAY(SELECT -total.streams
               FROM unnest(batch.bucket_streams) WITH ORDINALITY AS total (streams, bucket) ORDER BY total.bucket),
       ARRAY(SELECT -total.monetised
               FROM unnest(batch.bucket_monetised) WITH ORDINALITY AS total (monetised, bucket) ORDER BY total.bucket),
       ARRAY(SELECT -total.amount
               FROM unnest(batch.bucket_amounts) WITH ORDINALITY AS total (amount, bucket) ORDER BY total.bucket)
  FROM tidemark.batch
 WHERE batch.report_file = $4::bigint AND batch.kind = 'counted';
