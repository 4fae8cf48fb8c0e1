-- What accruals before one left waiting of some lots: chunks as they are stored, those of a kind together and as their releases rise.
--   $1  accrual       bigint
--   $2  buckets       smallint[]  of each lot
--   $3  feeds         integer[]
--   $4  periods_from  integer[]   days from 1970-01-01
--   $5  periods_to    integer[]
--   →   bucket, feed, period_from, period_to, currency
--       cells                        integer
--       pair_count                   integer
--       releases, recordings         bytea    of each pair
--       pairs, markets, streams, monetised, amounts    of each cell
--       value_currency               text     null: they have no rate
--       cell_values                  numeric[]  of each cell; null likewise
SELECT chunk.bucket         AS bucket,
       chunk.feed           AS feed,
       chunk.period_from    AS period_from,
       chunk.period_to      AS period_to,
       chunk.currency       AS currency,
       chunk.cells          AS cells,
       chunk.pair_count     AS pair_count,
       chunk.releases       AS releases,
       chunk.recordings     AS recordings,
       chunk.pairs          AS pairs,
       chunk.markets        AS markets,
       chunk.streams        AS streams,
       chunk.monetised      AS monetised,
       chunk.amounts        AS amounts,
       chunk.value_currency AS value_currency,
       chunk.cell_values    AS cell_values
  FROM (SELECT unnest($2::smallint[])                    AS bucket,
               unnest($3::integer[])                     AS feed,
               date '1970-01-01' + unnest($4::integer[]) AS period_from,
               date '1970-01-01' + unnest($5::integer[]) AS period_to) AS lot
 CROSS JOIN LATERAL (
    SELECT unpriced.*,
           (tidemark.unpack(unpriced.releases, 1))[1] AS first_release
      FROM tidemark.unpriced_usage AS unpriced
     WHERE unpriced.bucket = lot.bucket AND unpriced.feed = lot.feed AND unpriced.period_from = lot.period_from
       AND unpriced.period_to = lot.period_to AND unpriced.accrual < $1::bigint
    OFFSET 0) AS chunk -- by their index
 ORDER BY chunk.bucket, chunk.feed, chunk.period_from, chunk.period_to, chunk.currency COLLATE "C",
          chunk.value_currency COLLATE "C" NULLS FIRST, chunk.first_release;
