-- Releases and recordings of chunks are packed numbers too, as all else that a chunk has: an array the server takes apart number by
-- number as it comes, which was two fifths of what a COPY of chunks cost it. How many pairs there are stands beside them.

-- Views that read these columns are replaced, twice, not dropped: others may have been built on them.
CREATE OR REPLACE VIEW tidemark.usage_cell AS
SELECT NULL::text AS feed, NULL::bigint AS batch, NULL::daterange AS period, NULL::text AS isrc, NULL::text AS release,
       NULL::text AS territory, NULL::text AS tier, NULL::bigint AS streams, NULL::bigint AS monetised, NULL::text AS currency,
       NULL::numeric AS amount
 WHERE false;
CREATE OR REPLACE VIEW tidemark.release_streams AS
SELECT NULL::text AS feed, NULL::bigint AS accrual, NULL::daterange AS period, NULL::text AS release, NULL::text AS isrc,
       NULL::text AS territory, NULL::text AS tier, NULL::bigint AS streams, NULL::bigint AS monetised, NULL::text AS currency,
       NULL::numeric AS amount
 WHERE false;
CREATE OR REPLACE VIEW tidemark.suspense AS
SELECT NULL::smallint AS bucket, NULL::bigint AS accrual, NULL::tidemark.suspense_reason AS reason, NULL::integer AS feed,
       NULL::date AS period_from, NULL::date AS period_to, NULL::text AS currency, NULL::bigint AS release,
       NULL::bigint AS recording, NULL::integer AS market, NULL::bigint AS streams, NULL::bigint AS monetised,
       NULL::numeric AS amount, NULL::numeric AS value, NULL::text AS value_currency
 WHERE false;
DROP FUNCTION tidemark.unfold;

ALTER TABLE tidemark.usage
    DROP CONSTRAINT usage_check1,
    ADD COLUMN pair_count integer;
ALTER TABLE tidemark.usage
    ALTER COLUMN pair_count TYPE integer USING cardinality(releases), ALTER COLUMN pair_count SET NOT NULL,
    ALTER COLUMN releases TYPE bytea USING tidemark.pack(releases), ALTER COLUMN releases SET COMPRESSION lz4,
    ALTER COLUMN recordings TYPE bytea USING tidemark.pack(recordings), ALTER COLUMN recordings SET COMPRESSION lz4,
    ALTER COLUMN pair_count SET STATISTICS 10,
    ADD CHECK (pair_count > 0 AND tidemark.is_packed(releases, pair_count) AND tidemark.is_packed(recordings, pair_count));
ALTER TABLE tidemark.release_usage
    DROP CONSTRAINT release_usage_check,
    DROP CONSTRAINT release_usage_check1,
    DROP CONSTRAINT release_usage_check2,
    ADD COLUMN pair_count integer;
ALTER TABLE tidemark.release_usage
    ALTER COLUMN pair_count TYPE integer USING cardinality(releases), ALTER COLUMN pair_count SET NOT NULL,
    ALTER COLUMN releases TYPE bytea USING tidemark.pack(releases), ALTER COLUMN releases SET COMPRESSION lz4,
    ALTER COLUMN recordings TYPE bytea USING tidemark.pack(recordings), ALTER COLUMN recordings SET COMPRESSION lz4,
    ALTER COLUMN named TYPE bytea USING tidemark.pack(named), ALTER COLUMN named SET COMPRESSION lz4,
    ALTER COLUMN played TYPE bytea USING tidemark.pack(played), ALTER COLUMN played SET COMPRESSION lz4,
    ALTER COLUMN pair_count SET STATISTICS 10,
    ADD CHECK (pair_count > 0 AND tidemark.is_packed(releases, pair_count) AND tidemark.is_packed(recordings, pair_count)),
    ADD CHECK (named IS NULL OR tidemark.is_packed(named, pair_count)),
    ADD CHECK (played IS NULL OR tidemark.is_packed(played, pair_count));
ALTER TABLE tidemark.unplaced_usage
    DROP CONSTRAINT unplaced_usage_check,
    ADD COLUMN pair_count integer;
ALTER TABLE tidemark.unplaced_usage
    ALTER COLUMN pair_count TYPE integer USING cardinality(releases), ALTER COLUMN pair_count SET NOT NULL,
    ALTER COLUMN releases TYPE bytea USING tidemark.pack(releases), ALTER COLUMN releases SET COMPRESSION lz4,
    ALTER COLUMN recordings TYPE bytea USING tidemark.pack(recordings), ALTER COLUMN recordings SET COMPRESSION lz4,
    ALTER COLUMN pair_count SET STATISTICS 10,
    ADD CHECK (pair_count > 0 AND tidemark.is_packed(releases, pair_count) AND tidemark.is_packed(recordings, pair_count));

-- The cells of a chunk of usage, release usage or unplaced usage, in their order; `pair` is the place of their pair, from 1. The
-- innermost query takes each column out of its compression once, and the one around it reads each number once. The OFFSETs keep the
-- planner from doing it again wherever a cell is mentioned: a GROUP BY over tidemark.usage_cell took 55 s so, instead of 7.
CREATE FUNCTION tidemark.unfold(cells integer, pair_count integer, releases bytea, recordings bytea, pairs bytea, markets bytea,
                                streams bytea, monetised bytea, amounts numeric[])
RETURNS TABLE (release bigint, recording bigint, market integer, streams bigint, monetised bigint, amount numeric, pair integer)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT cell.releases[cell.pair], cell.recordings[cell.pair], cell.market, cell.streams, cell.monetised,
           coalesce(cell.amount, 0), cell.pair
      FROM (SELECT at.releases, at.recordings, at.amount,
                   tidemark.packed_at(at.pairs, at.place, at.pair_width, at.pair_base)::integer + 1         AS pair,
                   tidemark.packed_at(at.markets, at.place, at.market_width, at.market_base)::integer       AS market,
                   tidemark.packed_at(at.streams, at.place, at.streams_width, at.streams_base)              AS streams,
                   tidemark.packed_at(at.monetised, at.place, at.monetised_width, at.monetised_base)        AS monetised
              FROM (SELECT flat.*, generate_series(0, unfold.cells - 1) AS place, unnest(unfold.amounts) AS amount
                      FROM (SELECT tidemark.unpack(unfold.releases, unfold.pair_count)   AS releases,
                                   tidemark.unpack(unfold.recordings, unfold.pair_count) AS recordings,
                                   substring(unfold.pairs FROM 1)                        AS pairs,
                                   get_byte(unfold.pairs, 0)                             AS pair_width,
                                   tidemark.packed_base(unfold.pairs)                    AS pair_base,
                                   substring(unfold.markets FROM 1)                      AS markets,
                                   get_byte(unfold.markets, 0)                           AS market_width,
                                   tidemark.packed_base(unfold.markets)                  AS market_base,
                                   substring(unfold.streams FROM 1)                      AS streams,
                                   get_byte(unfold.streams, 0)                           AS streams_width,
                                   tidemark.packed_base(unfold.streams)                  AS streams_base,
                                   substring(unfold.monetised FROM 1)                    AS monetised,
                                   get_byte(unfold.monetised, 0)                         AS monetised_width,
                                   tidemark.packed_base(unfold.monetised)                AS monetised_base
                            OFFSET 0) AS flat) AS at
            OFFSET 0) AS cell;
$$;

-- The views as in 007_views.sql and 014_waiting_chunks.sql.
CREATE OR REPLACE VIEW tidemark.usage_cell AS
SELECT feed.name                                       AS feed,
       batch.number                                    AS batch,
       daterange(usage.period_from, usage.period_to, '[]') AS period,
       tidemark.recording_text(cell.recording)         AS isrc,
       tidemark.release_text(cell.release)             AS release,
       market.territory                                AS territory,
       market.tier                                     AS tier,
       cell.streams                                    AS streams,
       cell.monetised                                  AS monetised,
       nullif(usage.currency, '')                      AS currency,
       CASE WHEN usage.currency <> '' THEN cell.amount END AS amount
  FROM tidemark.usage
  JOIN tidemark.batch ON batch.id = usage.batch
  JOIN tidemark.feed ON feed.id = usage.feed
 CROSS JOIN LATERAL tidemark.unfold(usage.cells, usage.pair_count, usage.releases, usage.recordings, usage.pairs,
                                    usage.markets, usage.streams, usage.monetised, usage.amounts) AS cell
  JOIN tidemark.market ON market.id = cell.market;

CREATE OR REPLACE VIEW tidemark.release_streams AS
SELECT feed.name                                            AS feed,
       release_usage.accrual                                AS accrual,
       daterange(release_usage.period_from, release_usage.period_to, '[]') AS period,
       tidemark.release_text(cell.release)                  AS release,
       tidemark.recording_text(cell.recording)              AS isrc,
       market.territory                                     AS territory,
       market.tier                                          AS tier,
       cell.streams                                         AS streams,
       cell.monetised                                       AS monetised,
       nullif(release_usage.currency, '')                   AS currency,
       CASE WHEN release_usage.currency <> '' THEN cell.amount END AS amount
  FROM tidemark.release_usage
  JOIN tidemark.feed ON feed.id = release_usage.feed
 CROSS JOIN LATERAL tidemark.unfold(release_usage.cells, release_usage.pair_count, release_usage.releases,
                                    release_usage.recordings, release_usage.pairs, release_usage.markets,
                                    release_usage.streams, release_usage.monetised, release_usage.amounts) AS cell
  JOIN tidemark.market ON market.id = cell.market;

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
       usage.release,
       usage.recording,
       usage.market,
       usage.streams,
       usage.monetised,
       usage.amount,
       usage.value,
       usage.value_currency
  FROM tidemark.unpriced_usage AS usage;
