-- What waits for a rate or a split lies in chunks too, as what waits for the catalogue does: a provider without rates is millions of
-- cells on its first day, which were a row each with an index (2.8 million: 337 MB, and 8 s to write). A chunk's cells have their
-- reason in common, and what they would earn its currency.
ALTER TABLE tidemark.unpriced_usage RENAME TO unpriced_by_cell;

CREATE TABLE tidemark.unpriced_usage (
    bucket          smallint                 NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    accrual         bigint                   NOT NULL,
    reason          tidemark.suspense_reason NOT NULL CHECK (reason IN ('no_rate', 'no_split')), -- of all its cells
    feed            integer                  NOT NULL REFERENCES tidemark.feed,
    period_from     date                     NOT NULL,
    period_to       date                     NOT NULL,
    currency        text                     NOT NULL, -- of the reported amounts, '' for none
    cells           integer                  NOT NULL CHECK (cells > 0),
    total_streams   bigint                   NOT NULL,
    total_monetised bigint                   NOT NULL,
    total_amount    numeric                  NOT NULL,
    pair_count      integer                  NOT NULL CHECK (pair_count > 0),
    releases        bytea     COMPRESSION lz4 NOT NULL,
    recordings      bytea     COMPRESSION lz4 NOT NULL,
    pairs           bytea     COMPRESSION lz4 NOT NULL,
    markets         bytea     COMPRESSION lz4 NOT NULL,
    streams         bytea     COMPRESSION lz4 NOT NULL,
    monetised       bytea     COMPRESSION lz4 NOT NULL,
    amounts         numeric[] COMPRESSION lz4,
    value_currency  text,                    -- in which cells would earn: `no_split` only, and so the two that follow
    total_value     numeric,
    cell_values     numeric[] COMPRESSION lz4, -- what each would earn
    CHECK (tidemark.is_packed(releases, pair_count) AND tidemark.is_packed(recordings, pair_count)),
    CHECK (tidemark.is_packed(pairs, cells) AND tidemark.is_packed(markets, cells) AND tidemark.is_packed(streams, cells)
           AND tidemark.is_packed(monetised, cells)),
    CHECK ((amounts IS NULL) = (currency = '') AND (amounts IS NULL OR cardinality(amounts) = cells)),
    CHECK ((reason = 'no_split') = (value_currency IS NOT NULL) AND (reason = 'no_split') = (cell_values IS NOT NULL)),
    CHECK (cell_values IS NULL OR cardinality(cell_values) = cells),
    CHECK (total_value IS NOT DISTINCT FROM tidemark.sum_of(cell_values))
);

-- Cells that wait, in parallel arrays, as columns of a chunk.
CREATE FUNCTION tidemark.fold_waiting(releases bigint[], recordings bigint[], markets integer[], streams bigint[], monetised bigint[],
                                      amounts numeric[], cell_values numeric[])
RETURNS TABLE (cells integer, total_streams bigint, total_monetised bigint, total_amount numeric, pair_count integer, releases bytea,
               recordings bytea, pairs bytea, markets bytea, streams bytea, monetised bytea, amounts numeric[],
               cell_values numeric[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
WITH cell AS MATERIALIZED (
    SELECT element.*,
           dense_rank() OVER (ORDER BY element.release, element.recording) - 1 AS pair
      FROM (SELECT unnest(fold_waiting.releases)    AS release,
                   unnest(fold_waiting.recordings)  AS recording,
                   unnest(fold_waiting.markets)     AS market,
                   unnest(fold_waiting.streams)     AS streams,
                   unnest(fold_waiting.monetised)   AS monetised,
                   unnest(fold_waiting.amounts)     AS amount,
                   unnest(fold_waiting.cell_values) AS cell_value) AS element
), sorted AS (
    SELECT array_agg(cell.pair ORDER BY cell.pair, cell.market)       AS pairs,
           array_agg(cell.market ORDER BY cell.pair, cell.market)     AS markets,
           array_agg(cell.streams ORDER BY cell.pair, cell.market)    AS streams,
           array_agg(cell.monetised ORDER BY cell.pair, cell.market)  AS monetised,
           array_agg(cell.amount ORDER BY cell.pair, cell.market)     AS amounts,
           array_agg(cell.cell_value ORDER BY cell.pair, cell.market) AS cell_values
      FROM cell
), pair AS (
    SELECT array_agg(pair.release ORDER BY pair.pair)   AS releases,
           array_agg(pair.recording ORDER BY pair.pair) AS recordings
      FROM (SELECT DISTINCT cell.pair, cell.release, cell.recording FROM cell) AS pair
)
SELECT folded.cells, folded.total_streams, folded.total_monetised, folded.total_amount, cardinality(pair.releases),
       tidemark.pack(pair.releases), tidemark.pack(pair.recordings), folded.pairs, folded.markets, folded.streams, folded.monetised,
       CASE WHEN fold_waiting.amounts IS NOT NULL THEN sorted.amounts END,
       CASE WHEN fold_waiting.cell_values IS NOT NULL THEN sorted.cell_values END
  FROM sorted
 CROSS JOIN pair
 CROSS JOIN LATERAL tidemark.fold(sorted.pairs, sorted.markets, sorted.streams, sorted.monetised,
                                  CASE WHEN fold_waiting.amounts IS NOT NULL THEN sorted.amounts END) AS folded;
$$;

-- 1024 of a kind are a chunk.
INSERT INTO tidemark.unpriced_usage (bucket, accrual, reason, feed, period_from, period_to, currency, cells, total_streams,
                                     total_monetised, total_amount, pair_count, releases, recordings, pairs, markets, streams,
                                     monetised, amounts, value_currency, total_value, cell_values)
SELECT chunk.bucket, chunk.accrual, chunk.reason, chunk.feed, chunk.period_from, chunk.period_to, chunk.currency, folded.cells,
       folded.total_streams, folded.total_monetised, folded.total_amount, folded.pair_count, folded.releases, folded.recordings,
       folded.pairs, folded.markets, folded.streams, folded.monetised, folded.amounts, chunk.value_currency, chunk.total_value,
       folded.cell_values
  FROM (SELECT placed.bucket, placed.accrual, placed.reason, placed.feed, placed.period_from, placed.period_to, placed.currency,
               placed.value_currency,
               sum(placed.value)                                               AS total_value,
               array_agg(placed.release)                                       AS releases,
               array_agg(placed.recording)                                     AS recordings,
               array_agg(placed.market)                                        AS markets,
               array_agg(placed.streams)                                       AS streams,
               array_agg(placed.monetised)                                     AS monetised,
               array_agg(placed.amount) FILTER (WHERE placed.currency <> '')   AS amounts,
               array_agg(placed.value) FILTER (WHERE placed.value IS NOT NULL) AS cell_values
          FROM (SELECT cell.*,
                       (row_number() OVER kind - 1) / 1024 AS part
                  FROM tidemark.unpriced_by_cell AS cell
                WINDOW kind AS (PARTITION BY cell.bucket, cell.accrual, cell.reason, cell.feed, cell.period_from, cell.period_to,
                                             cell.currency, cell.value_currency
                                ORDER BY cell.release, cell.recording, cell.market)) AS placed
         GROUP BY placed.bucket, placed.accrual, placed.reason, placed.feed, placed.period_from, placed.period_to,
                  placed.currency, placed.value_currency, placed.part) AS chunk
 CROSS JOIN LATERAL tidemark.fold_waiting(chunk.releases, chunk.recordings, chunk.markets, chunk.streams, chunk.monetised,
                                          chunk.amounts, chunk.cell_values) AS folded;

CREATE INDEX unpriced_usage_accrual ON tidemark.unpriced_usage (accrual, bucket);
CREATE INDEX unpriced_usage_period ON tidemark.unpriced_usage (bucket, feed, period_to);

-- What ANALYZE takes of it is what 011_statistics.sql says of all chunks.
ALTER TABLE tidemark.unpriced_usage
    ALTER COLUMN bucket SET STATISTICS 10, ALTER COLUMN accrual SET STATISTICS 10, ALTER COLUMN reason SET STATISTICS 10,
    ALTER COLUMN feed SET STATISTICS 10, ALTER COLUMN period_from SET STATISTICS 10, ALTER COLUMN period_to SET STATISTICS 10,
    ALTER COLUMN currency SET STATISTICS 10, ALTER COLUMN cells SET STATISTICS 10, ALTER COLUMN total_streams SET STATISTICS 10,
    ALTER COLUMN total_monetised SET STATISTICS 10, ALTER COLUMN total_amount SET STATISTICS 10,
    ALTER COLUMN pair_count SET STATISTICS 10, ALTER COLUMN releases SET STATISTICS 0, ALTER COLUMN recordings SET STATISTICS 0,
    ALTER COLUMN pairs SET STATISTICS 0, ALTER COLUMN markets SET STATISTICS 0, ALTER COLUMN streams SET STATISTICS 0,
    ALTER COLUMN monetised SET STATISTICS 0, ALTER COLUMN amounts SET STATISTICS 0,
    ALTER COLUMN value_currency SET STATISTICS 10, ALTER COLUMN total_value SET STATISTICS 10,
    ALTER COLUMN cell_values SET STATISTICS 0;

-- As in 014_waiting_chunks.sql.
CREATE OR REPLACE VIEW tidemark.suspense AS
SELECT usage.bucket,
       usage.accrual,
       usage.reason,
       usage.feed,
       usage.period_from,
       usage.period_to,
       usage.currency,
       cell.release,
       cell.recording,
       cell.market,
       cell.streams,
       cell.monetised,
       cell.amount,
       NULL::numeric AS value,
       NULL::text    AS value_currency
  FROM tidemark.unplaced_usage AS usage
 CROSS JOIN LATERAL tidemark.unfold(usage.cells, usage.pair_count, usage.releases, usage.recordings, usage.pairs,
                                    usage.markets, usage.streams, usage.monetised, usage.amounts) AS cell
 UNION ALL
SELECT usage.bucket,
       usage.accrual,
       usage.reason,
       usage.feed,
       usage.period_from,
       usage.period_to,
       usage.currency,
       cell.release,
       cell.recording,
       cell.market,
       cell.streams,
       cell.monetised,
       cell.amount,
       cell.value,
       usage.value_currency
  FROM tidemark.unpriced_usage AS usage
 CROSS JOIN LATERAL ROWS FROM (tidemark.unfold(usage.cells, usage.pair_count, usage.releases, usage.recordings, usage.pairs,
                                               usage.markets, usage.streams, usage.monetised, usage.amounts),
                               unnest(usage.cell_values))
                    AS cell (release, recording, market, streams, monetised, amount, pair, value);

DROP TABLE tidemark.unpriced_by_cell;

GRANT SELECT ON tidemark.unpriced_usage
   TO tidemark_ingest, tidemark_catalogue, tidemark_finance, tidemark_approver, tidemark_reader;
GRANT INSERT ON tidemark.unpriced_usage
   TO tidemark_finance;
