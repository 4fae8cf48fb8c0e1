-- What waits for the catalogue lies in chunks, as what counts to releases does: the first day of a provider whose catalogue comes
-- later is millions of cells, which were a row each with three indexes (2.8 million: 782 MB, and 8 s to write). What waits for a rate
-- or a split stays a row a cell. To read both there is tidemark.suspense, now a view with the columns that the table had.
ALTER TABLE tidemark.suspense RENAME TO suspense_by_cell;

-- Counted streams that no release claims yet. Signed and append-only: what is claimed is here once more with the opposite sign, in a
-- later accrual, and what waits is the sum. Bucket, releases and recordings are as the rows named them.
CREATE TABLE tidemark.unplaced_usage (
    bucket          smallint                 NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    accrual         bigint                   NOT NULL,
    reason          tidemark.suspense_reason NOT NULL CHECK (reason NOT IN ('no_rate', 'no_split')), -- of all its cells
    feed            integer                  NOT NULL REFERENCES tidemark.feed,
    period_from     date                     NOT NULL,
    period_to       date                     NOT NULL,
    currency        text                     NOT NULL, -- of the reported amounts, '' for none
    cells           integer                  NOT NULL CHECK (cells > 0),
    total_streams   bigint                   NOT NULL,
    total_monetised bigint                   NOT NULL,
    total_amount    numeric                  NOT NULL,
    releases        bigint[]  COMPRESSION lz4 NOT NULL,
    recordings      bigint[]  COMPRESSION lz4 NOT NULL,
    pairs           bytea     COMPRESSION lz4 NOT NULL,
    markets         bytea     COMPRESSION lz4 NOT NULL,
    streams         bytea     COMPRESSION lz4 NOT NULL,
    monetised       bytea     COMPRESSION lz4 NOT NULL,
    amounts         numeric[] COMPRESSION lz4,
    CHECK (cardinality(releases) > 0 AND cardinality(recordings) = cardinality(releases)),
    CHECK (tidemark.is_packed(pairs, cells) AND tidemark.is_packed(markets, cells) AND tidemark.is_packed(streams, cells)
           AND tidemark.is_packed(monetised, cells)),
    CHECK ((amounts IS NULL) = (currency = '') AND (amounts IS NULL OR cardinality(amounts) = cells))
);

-- Streams of releases for which no rate or split is known. Signed and append-only, a row a cell. No foreign keys: feed, market and
-- currency are copied from usage and rates, nobody may delete one, and to look them up took four fifths of the time of an insert.
CREATE TABLE tidemark.unpriced_usage (
    bucket         smallint                 NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    accrual        bigint                   NOT NULL,
    reason         tidemark.suspense_reason NOT NULL CHECK (reason IN ('no_rate', 'no_split')),
    feed           integer                  NOT NULL,
    period_from    date                     NOT NULL,
    period_to      date                     NOT NULL,
    currency       text                     NOT NULL, -- of the reported amount, '' for none
    release        bigint                   NOT NULL,
    recording      bigint                   NOT NULL,
    market         integer                  NOT NULL,
    streams        bigint                   NOT NULL,
    monetised      bigint                   NOT NULL,
    amount         numeric                  NOT NULL,
    value          numeric,                 -- what it would earn: `no_split` only
    value_currency text,
    CHECK ((value IS NULL) = (value_currency IS NULL)),
    CHECK ((value IS NOT NULL) = (reason = 'no_split'))
);

INSERT INTO tidemark.unpriced_usage
SELECT cell.*
  FROM tidemark.suspense_by_cell AS cell
 WHERE cell.reason IN ('no_rate', 'no_split');

-- Cells are sorted, and 1024 of a kind are a chunk.
INSERT INTO tidemark.unplaced_usage (bucket, accrual, reason, feed, period_from, period_to, currency, cells, total_streams,
                                     total_monetised, total_amount, releases, recordings, pairs, markets, streams, monetised,
                                     amounts)
SELECT chunk.bucket, chunk.accrual, chunk.reason, chunk.feed, chunk.period_from, chunk.period_to, chunk.currency, folded.cells,
       folded.total_streams, folded.total_monetised, folded.total_amount, chunk.releases, chunk.recordings, folded.pairs,
       folded.markets, folded.streams, folded.monetised,
       CASE WHEN chunk.currency <> '' THEN chunk.amounts END
  FROM (SELECT numbered.bucket, numbered.accrual, numbered.reason, numbered.feed, numbered.period_from, numbered.period_to,
               numbered.currency, numbered.part,
               array_agg(numbered.release ORDER BY numbered.place) FILTER (WHERE numbered.is_first)   AS releases,
               array_agg(numbered.recording ORDER BY numbered.place) FILTER (WHERE numbered.is_first) AS recordings,
               array_agg(numbered.pair ORDER BY numbered.place)                                       AS pairs,
               array_agg(numbered.market ORDER BY numbered.place)                                     AS markets,
               array_agg(numbered.streams ORDER BY numbered.place)                                    AS streams,
               array_agg(numbered.monetised ORDER BY numbered.place)                                  AS monetised,
               array_agg(numbered.amount ORDER BY numbered.place)                                     AS amounts
          FROM (SELECT placed.*,
                       dense_rank() OVER (chunk ORDER BY placed.release, placed.recording) - 1 AS pair,
                       (placed.release, placed.recording)
                       IS DISTINCT FROM (lag(placed.release) OVER cells, lag(placed.recording) OVER cells) AS is_first
                  FROM (SELECT cell.*,
                               row_number() OVER kind              AS place,
                               (row_number() OVER kind - 1) / 1024 AS part
                          FROM tidemark.suspense_by_cell AS cell
                         WHERE cell.reason NOT IN ('no_rate', 'no_split')
                        WINDOW kind AS (PARTITION BY cell.bucket, cell.accrual, cell.reason, cell.feed, cell.period_from,
                                                     cell.period_to, cell.currency
                                        ORDER BY cell.release, cell.recording, cell.market)) AS placed
                WINDOW chunk AS (PARTITION BY placed.bucket, placed.accrual, placed.reason, placed.feed, placed.period_from,
                                              placed.period_to, placed.currency, placed.part),
                       cells AS (chunk ORDER BY placed.place)) AS numbered
         GROUP BY numbered.bucket, numbered.accrual, numbered.reason, numbered.feed, numbered.period_from, numbered.period_to,
                  numbered.currency, numbered.part) AS chunk
 CROSS JOIN LATERAL tidemark.fold(chunk.pairs, chunk.markets, chunk.streams, chunk.monetised, chunk.amounts) AS folded;

DROP TABLE tidemark.suspense_by_cell;

CREATE INDEX unplaced_usage_bucket ON tidemark.unplaced_usage (bucket, accrual);
CREATE INDEX unpriced_usage_release ON tidemark.unpriced_usage (bucket, release);

-- What ANALYZE takes of it is what 011_statistics.sql says of all chunks.
ALTER TABLE tidemark.unplaced_usage
    ALTER COLUMN bucket SET STATISTICS 10, ALTER COLUMN accrual SET STATISTICS 10, ALTER COLUMN reason SET STATISTICS 10,
    ALTER COLUMN feed SET STATISTICS 10, ALTER COLUMN period_from SET STATISTICS 10, ALTER COLUMN period_to SET STATISTICS 10,
    ALTER COLUMN currency SET STATISTICS 10, ALTER COLUMN cells SET STATISTICS 10, ALTER COLUMN total_streams SET STATISTICS 10,
    ALTER COLUMN total_monetised SET STATISTICS 10, ALTER COLUMN total_amount SET STATISTICS 10,
    ALTER COLUMN releases SET STATISTICS 0, ALTER COLUMN recordings SET STATISTICS 0, ALTER COLUMN pairs SET STATISTICS 0,
    ALTER COLUMN markets SET STATISTICS 0, ALTER COLUMN streams SET STATISTICS 0, ALTER COLUMN monetised SET STATISTICS 0,
    ALTER COLUMN amounts SET STATISTICS 0;

-- Counted streams that nothing claims yet, cell by cell, each with its reason; what waits is the sum by key. Bucket and release are as
-- the row named them where it waits for the catalogue, else as resolved.
CREATE VIEW tidemark.suspense AS
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
 CROSS JOIN LATERAL tidemark.unfold(usage.cells, usage.releases, usage.recordings, usage.pairs, usage.markets, usage.streams,
                                    usage.monetised, usage.amounts) AS cell
 UNION ALL
SELECT usage.bucket,
       usage.accrual,
       usage.reason,
       usage.feed,
       usage.period_from,
       usage.period_to,
       usage.currency,
       usage.release,
       usage.recording,
       usage.market,
       usage.streams,
       usage.monetised,
       usage.amount,
       usage.value,
       usage.value_currency
  FROM tidemark.unpriced_usage AS usage;

DELETE FROM tidemark.placement
 WHERE placement.table_name = 'suspense';
INSERT INTO tidemark.placement (table_name, placement)
VALUES ('unplaced_usage', 'bucket'), ('unpriced_usage', 'bucket');

GRANT SELECT ON tidemark.unplaced_usage, tidemark.unpriced_usage, tidemark.suspense
   TO tidemark_ingest, tidemark_catalogue, tidemark_finance, tidemark_approver, tidemark_reader;
GRANT INSERT ON tidemark.unplaced_usage
   TO tidemark_ingest;
GRANT INSERT ON tidemark.unpriced_usage
   TO tidemark_finance;
