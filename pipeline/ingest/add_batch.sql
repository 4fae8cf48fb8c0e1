-- A batch with its control totals, under the tide's lock.
--   $1   feed              integer
--   $2   number            bigint
--   $3   id                bigint
--   $4   report_file       bigint
--   $5   last_period       date
--   $6   cells             bigint
--   $7   streams           bigint
--   $8   monetised         bigint
--   $9   amount            numeric
--   $10  bucket_cells      integer[]
--   $11  bucket_streams    bigint[]
--   $12  bucket_monetised  bigint[]
--   $13  bucket_amounts    numeric[]
INSERT INTO tidemark.batch (feed, number, id, kind, report_file, last_period, cells, streams, monetised, amount,
                            bucket_cells, bucket_streams, bucket_monetised, bucket_amounts)
VALUES ($1::integer, $2::bigint, $3::bigint, 'counted', $4::bigint, $5::date, $6::bigint, $7::bigint, $8::bigint,
        $9::numeric, $10::integer[], $11::bigint[], $12::bigint[], $13::numeric[]);
