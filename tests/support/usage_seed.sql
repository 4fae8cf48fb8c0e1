-- A catalogue and batches, made past ingest and import, for tests of what stands behind them; and an oracle that resolves each
-- cell by itself, from the rules as they are written, slowly. Codes are texts as reports write them, '-' for none.

CREATE SCHEMA seed;

-- Empties all tables but those that the migrations fill. (Faster than to make the schema anew.)
CREATE FUNCTION seed.clear() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    SET LOCAL session_replication_role = replica; -- foreign keys need no order then
    FOR name IN SELECT table_name FROM tidemark.placement
                 WHERE table_name NOT IN ('placement', 'migration', 'counter', 'currency', 'territory') LOOP
        EXECUTE format('DELETE FROM tidemark.%I', name);
    END LOOP;
    UPDATE tidemark.counter SET last = 0;
END
$$;

CREATE FUNCTION seed.code(kind tidemark.code_kind, name text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    number bigint := CASE WHEN name = '-' THEN 0
                          WHEN kind = 'recording' THEN tidemark.isrc_code(name)
                          ELSE tidemark.gtin_code(name)
                     END;
BEGIN
    IF number IS NULL THEN
        INSERT INTO tidemark.odd_code (kind, text) VALUES ($1, name) ON CONFLICT DO NOTHING;
        SELECT odd_code.code INTO number
          FROM tidemark.odd_code WHERE odd_code.kind = $1 AND odd_code.text = name;
    END IF;
    RETURN number;
END
$$;

-- The version that the next changes bring: the last one until seed.next_version() is called.
CREATE FUNCTION seed.version() RETURNS bigint
LANGUAGE sql AS $$
    SELECT counter.last FROM tidemark.counter WHERE counter.name = 'catalogue_version';
$$;
CREATE FUNCTION seed.next_version() RETURNS bigint
LANGUAGE sql AS $$
    INSERT INTO tidemark.catalogue_version (version, made_from)
    VALUES (tidemark.next_number('catalogue_version'), 'seed') RETURNING version;
$$;

CREATE FUNCTION seed.artist() RETURNS integer
LANGUAGE sql AS $$
    INSERT INTO tidemark.label (key, name) VALUES ('label', 'Label') ON CONFLICT DO NOTHING;
    INSERT INTO tidemark.artist (key, name, label) SELECT 'artist', 'Artist', label.id FROM tidemark.label ON CONFLICT DO NOTHING;
    SELECT min(artist.id) FROM tidemark.artist;
$$;
CREATE FUNCTION seed.release(upc text) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO tidemark.release (bucket, code, title, artist, since_version)
    SELECT tidemark.bucket_of(code, 0), code, 'Release', seed.artist(), seed.version()
      FROM seed.code('release', upc) AS code ON CONFLICT DO NOTHING;
$$;
CREATE FUNCTION seed.recording(isrc text) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO tidemark.recording (bucket, code, title, artist, since_version)
    SELECT tidemark.bucket_of(0, code), code, 'Song', seed.artist(), seed.version()
      FROM seed.code('recording', isrc) AS code ON CONFLICT DO NOTHING;
$$;
-- Ends what is in force of a recording on a release, and puts it there unless is_primary is null.
CREATE FUNCTION seed.track(upc text, isrc text, is_primary boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    release_code bigint := seed.code('release', upc);
    recording_code bigint := seed.code('recording', isrc);
BEGIN
    PERFORM seed.release(upc), seed.recording(isrc);
    DELETE FROM tidemark.recording_on_release AS placed
     WHERE placed.release = release_code AND placed.recording = recording_code AND placed.since_version = seed.version();
    UPDATE tidemark.recording_on_release AS placed SET until_version = seed.version()
     WHERE placed.release = release_code AND placed.recording = recording_code AND placed.until_version IS NULL;
    IF is_primary IS NOT NULL THEN
        INSERT INTO tidemark.recording_on_release (bucket, release, recording, position, is_primary, since_version)
        VALUES (tidemark.bucket_of(release_code, 0), release_code, recording_code, 1, is_primary, seed.version());
    END IF;
END
$$;
-- Ends what an alias means, and gives it a meaning for some days unless the target is null.
CREATE FUNCTION seed.alias(kind tidemark.code_kind, alias text, target text, validity daterange) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    alias_code bigint := seed.code(kind, alias);
BEGIN
    DELETE FROM tidemark.alias AS old
     WHERE old.kind = $1 AND old.alias = alias_code AND old.since_version = seed.version();
    UPDATE tidemark.alias AS old SET until_version = seed.version()
     WHERE old.kind = $1 AND old.alias = alias_code AND old.until_version IS NULL;
    IF target IS NOT NULL THEN
        INSERT INTO tidemark.alias (bucket, kind, alias, target, validity, since_version)
        VALUES (tidemark.bucket_of(alias_code, 0), $1, alias_code, seed.code($1, target), validity, seed.version());
    END IF;
END
$$;
CREATE FUNCTION seed.territory_alias(name text, territory text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM tidemark.territory_alias AS old WHERE old.alias = name AND old.since_version = seed.version();
    UPDATE tidemark.territory_alias AS old SET until_version = seed.version()
     WHERE old.alias = name AND old.until_version IS NULL;
    IF territory IS NOT NULL THEN
        INSERT INTO tidemark.territory_alias (alias, territory, since_version) VALUES (name, territory, seed.version());
    END IF;
END
$$;

CREATE FUNCTION seed.market(territory text, tier text) RETURNS integer
LANGUAGE sql AS $$
    INSERT INTO tidemark.market (territory, tier) VALUES (territory, tier) ON CONFLICT DO NOTHING;
    SELECT market.id FROM tidemark.market WHERE market.territory = $1 AND market.tier = $2;
$$;
CREATE FUNCTION seed.feed(name text) RETURNS integer
LANGUAGE sql AS $$
    INSERT INTO tidemark.provider (name) VALUES ('wavecast') ON CONFLICT DO NOTHING;
    INSERT INTO tidemark.feed (provider, name, identity, first_id)
    SELECT provider.id, $1, 'column', 1 FROM tidemark.provider ON CONFLICT DO NOTHING;
    INSERT INTO tidemark.tide (feed, watermark, highest)
    SELECT feed.id, 0, 0 FROM tidemark.feed WHERE feed.name = $1 ON CONFLICT DO NOTHING;
    SELECT feed.id FROM tidemark.feed WHERE feed.name = $1;
$$;

-- A batch of one period: cells 'RELEASE RECORDING TERRITORY TIER STREAMS MONETISED AMOUNT', '' as currency for no money.
CREATE FUNCTION seed.batch(feed text, period_from date, period_to date, currency text, VARIADIC lines text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    feed_id integer := seed.feed(feed);
    batch_id bigint := nextval('tidemark.batch_id');
    file_id bigint;
BEGIN
    DROP TABLE IF EXISTS seed_cell;
    CREATE TEMP TABLE seed_cell ON COMMIT DROP AS
    SELECT tidemark.bucket_of(code.release, code.recording) AS bucket, code.release, code.recording,
           seed.market(replace(word[3], '-', ''), replace(word[4], '-', '')) AS market,
           word[5]::bigint AS streams, word[6]::bigint AS monetised, CASE WHEN currency <> '' THEN word[7]::numeric ELSE 0 END AS amount
      FROM unnest(lines) AS line
     CROSS JOIN LATERAL string_to_array(line, ' ') AS word
     CROSS JOIN LATERAL (SELECT seed.code('release', word[1]) AS release, seed.code('recording', word[2]) AS recording) AS code;
    INSERT INTO tidemark.report_file (feed, sha256, name, size_bytes, rows_read, counted, duplicate, rejected, first_id, last_id)
    VALUES (feed_id, encode(sha256(batch_id::text::bytea), 'hex'), 'seed', 1, 1, 1, 0, 0, 1, 1) RETURNING id INTO file_id;
    INSERT INTO tidemark.usage (bucket, batch, feed, period_from, period_to, currency, cells, total_streams, total_monetised,
                                total_amount, pair_count, releases, recordings, pairs, markets, streams, monetised, amounts)
    SELECT cell.bucket, batch_id, feed_id, period_from, period_to, currency, folded.cells, folded.total_streams,
           folded.total_monetised, folded.total_amount, cardinality(cell.releases), tidemark.pack(cell.releases),
           tidemark.pack(cell.recordings), folded.pairs, folded.markets, folded.streams, folded.monetised,
           CASE WHEN currency <> '' THEN cell.amounts END
      FROM (SELECT bucket, array_agg(release) FILTER (WHERE is_first) AS releases,
                   array_agg(recording) FILTER (WHERE is_first) AS recordings, array_agg(pair) AS pairs,
                   array_agg(market) AS markets, array_agg(streams) AS streams, array_agg(monetised) AS monetised,
                   array_agg(amount) AS amounts
              FROM (SELECT seed_cell.*, dense_rank() OVER (PARTITION BY bucket ORDER BY release, recording) - 1 AS pair,
                           row_number() OVER (PARTITION BY bucket, release, recording ORDER BY market) = 1 AS is_first
                      FROM seed_cell ORDER BY bucket, release, recording, market) AS numbered
             GROUP BY bucket) AS cell
     CROSS JOIN LATERAL tidemark.fold(cell.pairs, cell.markets, cell.streams, cell.monetised, cell.amounts) AS folded;
    WITH total AS (
        SELECT number, count(cell.bucket) AS cells, coalesce(sum(cell.streams), 0) AS streams,
               coalesce(sum(cell.monetised), 0) AS monetised, coalesce(sum(cell.amount), 0) AS amount
          FROM generate_series(0, 255) AS number LEFT JOIN seed_cell AS cell ON cell.bucket = number GROUP BY number
    ), tide AS (
        UPDATE tidemark.tide SET last_batch = last_batch + 1 WHERE tide.feed = feed_id RETURNING tide.last_batch
    )
    INSERT INTO tidemark.batch (feed, number, id, kind, report_file, last_period, cells, streams, monetised, amount, bucket_cells,
                                bucket_streams, bucket_monetised, bucket_amounts)
    SELECT feed_id, min(tide.last_batch), batch_id, 'counted', file_id, period_to, sum(total.cells), sum(total.streams),
           sum(total.monetised), sum(total.amount), array_agg(total.cells ORDER BY number),
           array_agg(total.streams ORDER BY number), array_agg(total.monetised ORDER BY number),
           array_agg(total.amount ORDER BY number)
      FROM total CROSS JOIN tide;
END
$$;

CREATE FUNCTION seed.place_text(release bigint, recording bigint) RETURNS text
LANGUAGE sql AS $$
    SELECT tidemark.release_text($1) || ' ' || coalesce(tidemark.recording_text($2), '-');
$$;

-- The oracle: where one cell goes at a version, as 'RELEASE RECORDING' or as a reason.
CREATE FUNCTION seed.place(named bigint, played bigint, territory text, day date, version bigint) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    meant_release bigint := coalesce((SELECT target FROM tidemark.alias
                                 WHERE kind = 'release' AND alias.alias = named AND validity @> day AND since_version <= version
                                   AND coalesce(until_version > version, true)), named);
    meant_recording bigint := coalesce((SELECT target FROM tidemark.alias
                                   WHERE kind = 'recording' AND alias.alias = played AND validity @> day AND since_version <= version
                                     AND coalesce(until_version > version, true)), played);
    homes bigint[];
    is_known boolean := territory = '' OR territory IN (SELECT territory.code FROM tidemark.territory)
                        OR territory IN (SELECT a.alias FROM tidemark.territory_alias AS a
                                          WHERE a.since_version <= version AND coalesce(a.until_version > version, true));
BEGIN
    IF meant_recording < 0 THEN
        RETURN 'odd_recording';
    END IF;
    IF meant_release <> 0 AND NOT EXISTS (SELECT FROM tidemark.release AS r WHERE r.code = meant_release AND r.since_version <= version) THEN
        RETURN CASE WHEN meant_release < 0 THEN 'odd_release' ELSE 'unknown_release' END;
    END IF;
    IF meant_release = 0 THEN
        IF meant_recording = 0 THEN
            RETURN 'no_code';
        END IF;
        IF NOT EXISTS (SELECT FROM tidemark.recording AS r WHERE r.code = meant_recording AND r.since_version <= version) THEN
            RETURN 'unknown_recording';
        END IF;
        homes := ARRAY(SELECT p.release FROM tidemark.recording_on_release AS p
                        WHERE p.recording = meant_recording AND p.since_version <= version
                          AND coalesce(p.until_version > version, true));
        IF cardinality(homes) = 0 THEN
            RETURN 'no_release';
        END IF;
        IF cardinality(homes) > 1 THEN
            homes := ARRAY(SELECT p.release FROM tidemark.recording_on_release AS p
                            WHERE p.recording = meant_recording AND p.is_primary AND p.since_version <= version
                              AND coalesce(p.until_version > version, true));
        END IF;
        IF cardinality(homes) = 0 THEN
            RETURN 'ambiguous_release';
        END IF;
        meant_release := homes[1];
    END IF;
    IF NOT is_known THEN
        RETURN 'unknown_territory';
    END IF;
    RETURN seed.place_text(meant_release, meant_recording);
END
$$;

-- What the last accrual should have left behind all of them, and what they did leave.
CREATE VIEW seed.expected AS
SELECT seed.place(cell.release, cell.recording, market.territory, cell.period_to, accrual.catalogue_version) AS place,
       cell.*
  FROM (SELECT usage.feed, usage.period_from, usage.period_to, usage.currency, c.release, c.recording, c.market,
               sum(c.streams) AS streams, sum(c.monetised) AS monetised, sum(coalesce(c.amount, 0)) AS amount
          FROM tidemark.usage
          JOIN tidemark.accrual_batch ON accrual_batch.id = usage.batch
         CROSS JOIN LATERAL tidemark.unfold(usage.cells, pair_count, releases, recordings, pairs, markets, usage.streams,
                                            usage.monetised, amounts) AS c
         GROUP BY usage.feed, usage.period_from, usage.period_to, usage.currency, c.release, c.recording, c.market) AS cell
  JOIN tidemark.market ON market.id = cell.market
  JOIN (SELECT max(catalogue_version) AS catalogue_version FROM tidemark.accrual) AS accrual ON true
 WHERE (cell.streams, cell.monetised, cell.amount) <> (0, 0, 0);
CREATE VIEW seed.actual AS
SELECT place, feed, period_from, period_to, currency, release, recording, market, sum(streams) AS streams,
       sum(monetised) AS monetised, sum(amount) AS amount
  FROM (SELECT seed.place_text(c.release, c.recording) AS place, usage.feed, usage.period_from, usage.period_to, usage.currency,
               coalesce((tidemark.unpack(usage.named, usage.pair_count))[c.pair], c.release) AS release,
               coalesce((tidemark.unpack(usage.played, usage.pair_count))[c.pair], c.recording) AS recording,
               c.market, c.streams, c.monetised, c.amount
          FROM tidemark.release_usage AS usage
         CROSS JOIN LATERAL tidemark.unfold(usage.cells, usage.pair_count, usage.releases, usage.recordings, usage.pairs,
                                            usage.markets, usage.streams, usage.monetised, usage.amounts) AS c
         UNION ALL
        SELECT suspense.reason::text, suspense.feed, suspense.period_from, suspense.period_to, suspense.currency,
               suspense.release, suspense.recording, suspense.market, suspense.streams, suspense.monetised, suspense.amount
          FROM tidemark.suspense) AS row
 GROUP BY place, feed, period_from, period_to, currency, release, recording, market
HAVING (sum(streams), sum(monetised), sum(amount)) <> (0, 0, 0);
CREATE VIEW seed.difference AS
(SELECT 'missing' AS what, expected.* FROM seed.expected EXCEPT ALL SELECT 'missing', actual.* FROM seed.actual)
UNION ALL
(SELECT 'too much' AS what, actual.* FROM seed.actual EXCEPT ALL SELECT 'too much', expected.* FROM seed.expected);
