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

-- Whether a number is among packed ones. Codes mostly lie so far apart that they take eight bytes each, and where these bytes are
-- nowhere, not even across two numbers, nothing need be unpacked.
CREATE FUNCTION tidemark.packed_has(packed bytea, count integer, number bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
               WHEN get_byte(packed, 0) = 8 AND position(int8send(number) IN packed) = 0 THEN false
               ELSE number = ANY (tidemark.unpack(packed, count))
           END;
$$;

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

-- tidemark.touched() as in 009_pricing.sql, and tidemark.price_chunks() as in 015_touched_chunks.sql, where all is said of them,
-- but for how they look for releases in a chunk.
CREATE OR REPLACE FUNCTION tidemark.touched(after_version bigint, version bigint, last_accrual bigint)
RETURNS TABLE (bucket smallint, feed integer, period_from date, period_to date, release bigint, recording bigint)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
WITH term AS MATERIALIZED ( -- with its days as bounds that an index can search
    SELECT changed.provider,
           changed.release,
           changed.recording,
           coalesce(lower(changed.validity), '-infinity') AS first_day,
           coalesce(upper(changed.validity) - 1, 'infinity') AS last_day
      FROM (SELECT rate.provider, rate.release, rate.recording, rate.validity
              FROM tidemark.rate
             WHERE tidemark.has_changed(rate.since_version, rate.until_version, after_version, version)
             UNION
            SELECT NULL, split.release, nullif(split.recording, 0), split.validity
              FROM tidemark.split
             WHERE tidemark.has_changed(split.since_version, split.until_version, after_version, version)) AS changed
), market AS MATERIALIZED (
    -- A territory that nobody knows waits in suspense until an alias says which it is: only one that was known before, as
    -- itself or by an alias, can have been priced.
    SELECT market.id
      FROM tidemark.market
      JOIN tidemark.territory_alias ON territory_alias.alias = market.territory
     WHERE tidemark.has_changed(territory_alias.since_version, territory_alias.until_version, after_version, version)
       AND (EXISTS (SELECT FROM tidemark.territory WHERE territory.code = market.territory)
            OR EXISTS (SELECT FROM tidemark.territory_alias AS earlier
                        WHERE earlier.alias = market.territory AND earlier.since_version <= after_version))
), chunk AS (
    -- Chunks that terms touch which name no release: whole, or where a recording is named (rarely: no index would earn its
    -- keep), the streams of it.
    SELECT usage.bucket, usage.feed, usage.period_from, usage.period_to, usage.pair_count, usage.releases, usage.recordings,
           NULL::bigint AS release, wide.recording
      FROM (SELECT DISTINCT feed.id AS feed, term.recording, term.first_day, term.last_day
              FROM term
              JOIN tidemark.feed ON term.provider IS NULL OR feed.provider = term.provider
             WHERE term.release IS NULL) AS wide
      JOIN tidemark.release_usage AS usage
        ON usage.feed = wide.feed AND usage.period_to BETWEEN wide.first_day AND wide.last_day
     WHERE usage.accrual <= last_accrual
     UNION ALL
    SELECT usage.bucket, usage.feed, usage.period_from, usage.period_to, usage.pair_count, usage.releases, usage.recordings,
           NULL, NULL
      FROM tidemark.release_usage AS usage
     WHERE EXISTS (SELECT FROM market)
       AND EXISTS (SELECT
                     FROM unnest(tidemark.unpack(usage.markets, usage.cells)) AS number
                    WHERE number IN (SELECT market.id FROM market))
       AND usage.accrual <= last_accrual
     UNION ALL
    -- Chunks with a release that a term names. A release that is new itself has no usage yet: until it came, all of it was in
    -- suspense, and so a night's new releases cost nothing, however long the history.
    SELECT usage.bucket, usage.feed, usage.period_from, usage.period_to, usage.pair_count, usage.releases, usage.recordings,
           term.release, term.recording
      FROM term
      JOIN tidemark.release
        ON release.bucket = tidemark.bucket_of(term.release, 0) AND release.code = term.release
       AND release.since_version <= after_version
      JOIN tidemark.feed ON term.provider IS NULL OR feed.provider = term.provider
      JOIN tidemark.release_usage AS usage
        ON usage.bucket = release.bucket AND usage.feed = feed.id
       AND usage.period_to BETWEEN term.first_day AND term.last_day
       AND tidemark.packed_has(usage.releases, usage.pair_count, term.release)
     WHERE usage.accrual <= last_accrual
), cell AS (
    SELECT chunk.bucket, chunk.feed, chunk.period_from, chunk.period_to, chunk.release AS wanted_release,
           chunk.recording AS wanted_recording,
           unnest(tidemark.unpack(chunk.releases, chunk.pair_count)) AS release,
           unnest(tidemark.unpack(chunk.recordings, chunk.pair_count)) AS recording
      FROM chunk
)
SELECT DISTINCT cell.bucket, cell.feed, cell.period_from, cell.period_to, cell.release, cell.recording
  FROM cell
 WHERE cell.release = coalesce(cell.wanted_release, cell.release)
   AND cell.recording = coalesce(cell.wanted_recording, cell.recording);
$$;

CREATE OR REPLACE FUNCTION tidemark.price_chunks(version bigint, first_accrual bigint, last_accrual bigint, buckets smallint[],
                                      touched_after bigint)
RETURNS TABLE (bucket smallint, feed integer, period_from date, period_to date, reported_currency text,
               reason tidemark.suspense_reason, market integer, basis tidemark.rate_basis, currency text,
               releases bigint[], recordings bigint[], rates bigint[], splits bigint[],
               streams bigint[], -- of what waits; null for what earns
               monetised bigint[],
               amounts numeric[], -- null for what earns by its streams
               read_streams bigint, read_monetised bigint, read_amount numeric, worth numeric)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 200
SET jit = off
SET enable_nestloop = off
SET enable_sort = off AS $$
WITH touched AS MATERIALIZED (
    SELECT key.bucket, key.feed, key.period_from, key.period_to,
           array_agg(key.release) AS releases,
           array_agg(key.recording) AS recordings
      FROM tidemark.touched_alone(touched_after, version, last_accrual) AS key
     WHERE touched_after IS NOT NULL
     GROUP BY key.bucket, key.feed, key.period_from, key.period_to
), lot AS MATERIALIZED ( -- what is priced together: few enough cells that what is hashed stays in the processor's cache
    SELECT usage.bucket, usage.feed, usage.period_from, usage.period_to, usage.currency,
           NULL::bigint[] AS touched_releases, NULL::bigint[] AS touched_recordings
      FROM tidemark.release_usage AS usage
     WHERE touched_after IS NULL
       AND usage.accrual BETWEEN first_accrual AND last_accrual
       AND (buckets IS NULL OR usage.bucket = ANY (buckets))
     GROUP BY usage.bucket, usage.feed, usage.period_from, usage.period_to, usage.currency
     UNION ALL
    SELECT touched.bucket, touched.feed, touched.period_from, touched.period_to, reported.currency, touched.releases,
           touched.recordings
      FROM touched
     CROSS JOIN LATERAL (SELECT DISTINCT usage.currency
                           FROM tidemark.release_usage AS usage
                          WHERE usage.bucket = touched.bucket AND usage.feed = touched.feed
                            AND usage.period_from = touched.period_from AND usage.period_to = touched.period_to
                            AND usage.accrual BETWEEN first_accrual AND last_accrual) AS reported
     WHERE touched_after IS NOT NULL
       AND (buckets IS NULL OR touched.bucket = ANY (buckets))
), market AS MATERIALIZED (
    SELECT market.id, market.territory, market.tier FROM tidemark.market_at(version) AS market
), source AS MATERIALIZED (
    -- What a rate asks of a lot; and the rates of all markets: found once, and only looked up for each cell.
    SELECT source.*,
           tidemark.rates_by_market(version, source.provider, source.period_to, source.has_amount) AS rates
      FROM (SELECT key.feed, feed.provider, key.period_to, key.currency, key.currency <> '' AS is_reported,
                   currency.code IS NOT NULL AS has_amount
              FROM (SELECT DISTINCT lot.feed, lot.period_to, lot.currency FROM lot) AS key
              JOIN tidemark.feed ON feed.id = key.feed
              LEFT JOIN tidemark.currency ON currency.code = key.currency) AS source
)
SELECT lot.bucket, lot.feed, lot.period_from, lot.period_to, lot.currency, fate.*
  FROM lot
  JOIN source ON source.feed = lot.feed AND source.period_to = lot.period_to AND source.currency = lot.currency
 CROSS JOIN LATERAL (
    WITH cell AS NOT MATERIALIZED (
        -- `kind` is what decides about the rate: the rate itself, 0 for none, or, for a release or recording that some rate
        -- names, the market, negative. Streams are summed by it before anything else is looked up.
        SELECT raw.*,
               CASE WHEN (SELECT count(rate.release) + count(rate.recording) FROM tidemark.rate) > 0
                     AND (raw.release IN (SELECT rate.release FROM tidemark.rate WHERE rate.release IS NOT NULL)
                          OR raw.recording IN (SELECT rate.recording FROM tidemark.rate WHERE rate.recording IS NOT NULL))
                    THEN -raw.market
                    ELSE source.rates[raw.market]
               END AS kind
          FROM (SELECT part.*
                  FROM tidemark.release_usage AS usage
                 CROSS JOIN LATERAL tidemark.unfold(usage.cells, usage.pair_count, usage.releases, usage.recordings,
                                                    usage.pairs, usage.markets, usage.streams, usage.monetised,
                                                    usage.amounts) AS part
                 WHERE usage.bucket = lot.bucket AND usage.feed = lot.feed AND usage.period_to = lot.period_to
                   AND usage.period_from = lot.period_from AND usage.currency = lot.currency
                   AND usage.accrual BETWEEN first_accrual AND last_accrual
                   AND (lot.touched_releases IS NULL
                        OR EXISTS (SELECT
                                     FROM unnest(lot.touched_releases) AS touched (release)
                                    WHERE tidemark.packed_has(usage.releases, usage.pair_count, touched.release)))
                OFFSET 0) AS raw
    ), summed AS NOT MATERIALIZED (
        SELECT cell.release, cell.recording, cell.kind,
               tidemark.total(cell.streams) AS streams,
               tidemark.total(cell.monetised) AS monetised,
               coalesce(sum(cell.amount) FILTER (WHERE source.is_reported), 0) AS amount
          FROM cell
         GROUP BY cell.release, cell.recording, cell.kind
    ), wanted AS (
        SELECT summed.* FROM summed WHERE touched_after IS NULL
         UNION ALL
        SELECT summed.*
          FROM summed
          JOIN (SELECT unnest(lot.touched_releases) AS release,
                       unnest(lot.touched_recordings) AS recording,
                       generate_series(1, cardinality(lot.touched_releases)) AS place) AS touched
            ON touched.release = summed.release AND touched.recording = summed.recording
         WHERE touched_after IS NOT NULL
    ), split AS (
        SELECT split.id, split.release, split.recording
          FROM tidemark.split
         WHERE split.bucket = lot.bucket
           AND tidemark.in_force(split.since_version, split.until_version, version)
           AND split.validity @> lot.period_to
    ), rated AS (
        SELECT wanted.*,
               CASE WHEN wanted.kind >= 0 THEN nullif(wanted.kind, 0)
                    ELSE (SELECT best.id
                            FROM market
                           CROSS JOIN LATERAL tidemark.best_rate(version, source.provider, market.territory, market.tier,
                                                                 wanted.release, wanted.recording, lot.period_to,
                                                                 source.has_amount) AS best
                           WHERE market.id = -wanted.kind)
               END AS rate
          FROM wanted
    ), decided AS MATERIALIZED (
        SELECT rated.*, coalesce(own.id, whole.id) AS split
          FROM rated
          LEFT JOIN split AS own -- the recording's on this release
            ON own.release = rated.release AND own.recording = rated.recording AND own.recording <> 0
          LEFT JOIN split AS whole -- the release's
            ON whole.release = rated.release AND whole.recording = 0
    ), rate AS (
        SELECT rate.id, rate.basis, rate.rate,
               CASE rate.basis WHEN 'amount' THEN lot.currency ELSE rate.currency END AS currency
          FROM tidemark.rate
    )
    SELECT NULL::tidemark.suspense_reason AS reason, NULL::integer AS market, rate.basis, rate.currency,
           array_agg(decided.release) AS releases,
           array_agg(decided.recording) AS recordings,
           array_agg(decided.rate) AS rates,
           array_agg(decided.split) AS splits,
           NULL::bigint[] AS streams,
           array_agg(decided.monetised) AS monetised,
           array_agg(decided.amount) FILTER (WHERE rate.basis = 'amount') AS amounts,
           NULL::bigint AS read_streams, NULL::bigint AS read_monetised, NULL::numeric AS read_amount, NULL::numeric AS worth
      FROM decided
      JOIN rate ON rate.id = decided.rate
     WHERE decided.split IS NOT NULL
       AND (decided.monetised <> 0 OR decided.amount <> 0)
     GROUP BY rate.basis, rate.currency
     UNION ALL
    -- What waits is told by market, so that its cells are looked at once more.
    SELECT cell.reason, cell.market, rate.basis, rate.currency,
           array_agg(cell.release), array_agg(cell.recording), array_agg(cell.rate), NULL,
           array_agg(cell.streams), array_agg(cell.monetised), array_agg(cell.amount),
           NULL, NULL, NULL, NULL
      FROM (SELECT cell.release, cell.recording, cell.market, decided.rate,
                   CASE WHEN decided.rate IS NULL THEN 'no_rate' ELSE 'no_split' END::tidemark.suspense_reason AS reason,
                   tidemark.total(cell.streams) AS streams,
                   tidemark.total(cell.monetised) AS monetised,
                   coalesce(sum(cell.amount), 0) AS amount
              FROM cell
              JOIN decided
                ON decided.release = cell.release AND decided.recording = cell.recording AND decided.kind = cell.kind
             WHERE (decided.rate IS NULL OR decided.split IS NULL)
               AND (cell.monetised <> 0 OR cell.amount <> 0)
             GROUP BY cell.release, cell.recording, cell.market, decided.rate) AS cell
      LEFT JOIN rate ON rate.id = cell.rate
     GROUP BY cell.reason, cell.market, rate.basis, rate.currency
     UNION ALL
    SELECT NULL, NULL, rate.basis, rate.currency, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           read.streams, read.monetised, read.amount,
           CASE rate.basis WHEN 'amount' THEN read.amount ELSE read.monetised END * rate.rate
      FROM (SELECT decided.rate,
                   tidemark.total(decided.streams) AS streams,
                   tidemark.total(decided.monetised) AS monetised,
                   sum(decided.amount) AS amount
              FROM decided
             GROUP BY decided.rate) AS read
      LEFT JOIN rate ON rate.id = read.rate
 ) AS fate;
$$;
