-- What usage earns. tidemark.price() is the one function from usage and a version of the catalogue to priced rows: new usage, usage
-- that a correction touches, and verify's recomputation of everything go through it.

-- Whether a term came or ended after one version, and not after another.
CREATE FUNCTION tidemark.has_changed(since_version bigint, until_version bigint, after_version bigint, version bigint)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (since_version > after_version AND since_version <= version)
        OR coalesce(until_version > after_version AND until_version <= version, false);
$$;

-- The cells of a chunk of usage or release usage. Several unnest() beside each other are five times as fast as one of several
-- arrays in FROM. The place only tells the planner to expect a thousand cells: for unnest alone it guesses ten, and would join
-- millions as if they were few.
CREATE FUNCTION tidemark.unfold(releases bigint[], recordings bigint[], markets integer[], streams bigint[], monetised bigint[],
                                amounts numeric[])
RETURNS TABLE (release bigint, recording bigint, market integer, streams bigint, monetised bigint, amount numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT cell.release, cell.recording, cell.market, cell.streams, cell.monetised, coalesce(cell.amount, 0)
      FROM (SELECT unnest(releases) AS release,
                   unnest(recordings) AS recording,
                   unnest(markets) AS market,
                   unnest(streams) AS streams,
                   unnest(monetised) AS monetised,
                   unnest(amounts) AS amount,
                   generate_series(1, cardinality(releases)) AS place) AS cell;
$$;

-- Markets with their territory as the catalogue knows it at a version; what it does not know stays as it is written.
CREATE FUNCTION tidemark.market_at(version bigint) RETURNS TABLE (id integer, territory text, tier text)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT market.id,
           coalesce(territory_alias.territory, market.territory),
           market.tier
      FROM tidemark.market
      LEFT JOIN tidemark.territory_alias
        ON territory_alias.alias = market.territory
       AND tidemark.in_force(territory_alias.since_version, territory_alias.until_version, market_at.version);
$$;

-- The rate of a stream, if any: of those that fit, the most specific. One that names a recording goes before one that does not,
-- then release, territory, tier, provider. Release and recording 0: only rates that name none. A rate by amount fits only where
-- an amount was reported.
CREATE FUNCTION tidemark.best_rate(version bigint, provider integer, territory text, tier text, release bigint, recording bigint,
                                   day date, has_amount boolean)
RETURNS TABLE (id bigint)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT rate.id
      FROM tidemark.rate
     WHERE coalesce(rate.recording, 0) IN (0, best_rate.recording)
       AND coalesce(rate.release, 0) IN (0, best_rate.release)
       AND coalesce(rate.territory, '') IN ('', best_rate.territory)
       AND coalesce(rate.tier, '') IN ('', best_rate.tier)
       AND coalesce(rate.provider, 0) IN (0, best_rate.provider)
       AND rate.validity @> best_rate.day
       AND (rate.basis = 'monetised' OR best_rate.has_amount)
       AND tidemark.in_force(rate.since_version, rate.until_version, best_rate.version)
     ORDER BY rate.recording IS NULL, rate.release IS NULL, rate.territory IS NULL, rate.tier IS NULL, rate.provider IS NULL,
              rate.id
     LIMIT 1;
$$;

-- The keys of usage that a rate, a split or a territory touches which came or ended after one version and not after another. A
-- key is taken whole, and rather too many than too few: those cost time, these would cost money.
CREATE FUNCTION tidemark.touched(after_version bigint, version bigint, last_accrual bigint)
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
    SELECT usage.bucket, usage.feed, usage.period_from, usage.period_to, usage.releases, usage.recordings,
           NULL::bigint AS release, wide.recording
      FROM (SELECT DISTINCT feed.id AS feed, term.recording, term.first_day, term.last_day
              FROM term
              JOIN tidemark.feed ON term.provider IS NULL OR feed.provider = term.provider
             WHERE term.release IS NULL) AS wide
      JOIN tidemark.release_usage AS usage
        ON usage.feed = wide.feed AND usage.period_to BETWEEN wide.first_day AND wide.last_day
     WHERE usage.accrual <= last_accrual
     UNION ALL
    SELECT usage.bucket, usage.feed, usage.period_from, usage.period_to, usage.releases, usage.recordings, NULL, NULL
      FROM tidemark.release_usage AS usage
     WHERE EXISTS (SELECT FROM market)
       AND usage.markets && ARRAY(SELECT market.id FROM market)
       AND usage.accrual <= last_accrual
     UNION ALL
    -- Chunks with a release that a term names. A release that is new itself has no usage yet: until it came, all of it was in
    -- suspense, and so a night's new releases cost nothing, however long the history.
    SELECT usage.bucket, usage.feed, usage.period_from, usage.period_to, usage.releases, usage.recordings, term.release,
           term.recording
      FROM term
      JOIN tidemark.release
        ON release.bucket = tidemark.bucket_of(term.release, 0) AND release.code = term.release
       AND release.since_version <= after_version
      JOIN tidemark.feed ON term.provider IS NULL OR feed.provider = term.provider
      JOIN tidemark.release_usage AS usage
        ON usage.bucket = release.bucket AND usage.feed = feed.id
       AND usage.period_to BETWEEN term.first_day AND term.last_day AND term.release = ANY (usage.releases)
     WHERE usage.accrual <= last_accrual
), cell AS (
    SELECT chunk.bucket, chunk.feed, chunk.period_from, chunk.period_to, chunk.release AS wanted_release,
           chunk.recording AS wanted_recording, unnest(chunk.releases) AS release, unnest(chunk.recordings) AS recording
      FROM chunk
)
SELECT DISTINCT cell.bucket, cell.feed, cell.period_from, cell.period_to, cell.release, cell.recording
  FROM cell
 WHERE cell.release = coalesce(cell.wanted_release, cell.release)
   AND cell.recording = coalesce(cell.wanted_recording, cell.recording);
$$;

-- What the usage of some accruals is worth by the terms of a version. A row is streams of one feed, period, release and recording
-- that share their fate:
--   split is set    they earn by it and their rate
--   reason is set   they wait, by market: no_rate, or no_split with what they would earn
--   neither         there is nothing to earn: no monetised stream, and no amount
-- Over these rows everything that was read is there, once: streams, monetised, amount. With buckets: only those. With
-- touched_after: only the keys that tidemark.touched() gives for it. Usage of several chunks gives several rows, and so may markets
-- of one for which a rate names the release or recording.
CREATE FUNCTION tidemark.price(version bigint, first_accrual bigint, last_accrual bigint, buckets smallint[],
                               touched_after bigint)
RETURNS TABLE (bucket smallint, feed integer, period_from date, period_to date, release bigint, recording bigint,
               reason tidemark.suspense_reason, market integer, reported_currency text,
               rate bigint, split bigint, basis tidemark.rate_basis, streams bigint, monetised bigint, amount numeric,
               currency text, worth numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
WITH touched AS MATERIALIZED (
    SELECT key.bucket, key.feed, key.period_from, key.period_to,
           array_agg(key.release) AS releases,
           array_agg(key.recording) AS recordings
      FROM tidemark.touched(touched_after, version, last_accrual) AS key
     WHERE touched_after IS NOT NULL
     GROUP BY key.bucket, key.feed, key.period_from, key.period_to
), chunk AS MATERIALIZED (
    SELECT usage.*, NULL::bigint[] AS touched_releases, NULL::bigint[] AS touched_recordings
      FROM tidemark.release_usage AS usage
     WHERE touched_after IS NULL
       AND usage.accrual BETWEEN first_accrual AND last_accrual
       AND (buckets IS NULL OR usage.bucket = ANY (buckets))
     UNION ALL
    SELECT usage.*, touched.releases, touched.recordings
      FROM touched
      JOIN tidemark.release_usage AS usage
        ON usage.bucket = touched.bucket AND usage.feed = touched.feed
       AND usage.period_from = touched.period_from AND usage.period_to = touched.period_to
     WHERE touched_after IS NOT NULL
       AND usage.accrual BETWEEN first_accrual AND last_accrual
       AND (buckets IS NULL OR usage.bucket = ANY (buckets))
), market AS MATERIALIZED (
    SELECT market.id, market.territory, market.tier FROM tidemark.market_at(version) AS market
), source AS MATERIALIZED (
    -- What a rate asks of a chunk; and for each market, at the place of its number, the rate that names no release and no
    -- recording (0: none): found once, and only looked up for each cell.
    SELECT source.*,
           ARRAY(SELECT coalesce(best.id, 0)
                   FROM generate_series(1, (SELECT max(market.id) FROM market)) AS place
                   LEFT JOIN market ON market.id = place
                   LEFT JOIN LATERAL tidemark.best_rate(version, source.provider, market.territory, market.tier, 0, 0,
                                                        source.period_to, source.has_amount) AS best ON true
                  ORDER BY place) AS rates
      FROM (SELECT key.feed, feed.provider, key.period_to, key.currency, currency.code IS NOT NULL AS has_amount
              FROM (SELECT DISTINCT chunk.feed, chunk.period_to, chunk.currency FROM chunk) AS key
              JOIN tidemark.feed ON feed.id = key.feed
              LEFT JOIN tidemark.currency ON currency.code = key.currency) AS source
), fate AS (
    SELECT chunk.bucket, chunk.feed, chunk.period_from, chunk.period_to, chunk.currency AS reported_currency, fated.*
      FROM chunk
      JOIN source ON source.feed = chunk.feed AND source.period_to = chunk.period_to AND source.currency = chunk.currency
     CROSS JOIN LATERAL ( -- chunk by chunk: what is hashed stays in the processor's cache
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
              FROM (SELECT unnest(chunk.releases) AS release,
                           unnest(chunk.recordings) AS recording,
                           unnest(chunk.markets) AS market,
                           unnest(chunk.streams) AS streams,
                           unnest(chunk.monetised) AS monetised,
                           unnest(chunk.amounts) AS amount,
                           -- only tells the planner to expect a thousand cells, where for unnest alone it guesses ten
                           generate_series(1, cardinality(chunk.releases)) AS place
                    OFFSET 0) AS raw
        ), summed AS NOT MATERIALIZED (
            SELECT cell.release, cell.recording, cell.kind,
                   tidemark.total(cell.streams) AS streams,
                   tidemark.total(cell.monetised) AS monetised,
                   coalesce(sum(cell.amount), 0) AS amount
              FROM cell
             GROUP BY cell.release, cell.recording, cell.kind
        ), wanted AS (
            SELECT summed.* FROM summed WHERE touched_after IS NULL
             UNION ALL
            SELECT summed.*
              FROM summed
              JOIN (SELECT unnest(chunk.touched_releases) AS release,
                           unnest(chunk.touched_recordings) AS recording,
                           generate_series(1, cardinality(chunk.touched_releases)) AS place) AS touched
                ON touched.release = summed.release AND touched.recording = summed.recording
             WHERE touched_after IS NOT NULL
        ), split AS (
            SELECT split.id, split.release, split.recording
              FROM tidemark.split
             WHERE split.bucket = chunk.bucket
               AND tidemark.in_force(split.since_version, split.until_version, version)
               AND split.validity @> chunk.period_to
        ), rated AS (
            SELECT wanted.*,
                   CASE WHEN wanted.kind >= 0 THEN nullif(wanted.kind, 0)
                        ELSE (SELECT best.id
                                FROM market
                               CROSS JOIN LATERAL tidemark.best_rate(version, source.provider, market.territory, market.tier,
                                                                     wanted.release, wanted.recording, chunk.period_to,
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
        )
        SELECT decided.release, decided.recording, NULL::tidemark.suspense_reason AS reason, NULL::integer AS market,
               CASE WHEN decided.monetised <> 0 OR decided.amount <> 0 THEN decided.rate END AS rate,
               CASE WHEN decided.monetised <> 0 OR decided.amount <> 0 THEN decided.split END AS split,
               decided.streams, decided.monetised, decided.amount
          FROM decided
         WHERE decided.rate IS NOT NULL AND decided.split IS NOT NULL
         UNION ALL
        -- What waits is told by market, so that its cells are looked at once more.
        SELECT cell.release, cell.recording, waiting.reason,
               CASE WHEN waiting.reason IS NOT NULL THEN cell.market END,
               CASE WHEN waiting.reason IS NOT NULL THEN decided.rate END,
               NULL,
               tidemark.total(cell.streams), tidemark.total(cell.monetised), coalesce(sum(cell.amount), 0)
          FROM cell
          JOIN decided ON decided.release = cell.release AND decided.recording = cell.recording AND decided.kind = cell.kind
         CROSS JOIN LATERAL (SELECT CASE WHEN cell.monetised = 0 AND coalesce(cell.amount, 0) = 0 THEN NULL
                                         WHEN decided.rate IS NULL THEN 'no_rate'::tidemark.suspense_reason
                                         ELSE 'no_split'
                                    END AS reason) AS waiting
         WHERE decided.rate IS NULL OR decided.split IS NULL
         GROUP BY 1, 2, 3, 4, 5
     ) AS fated
)
SELECT fate.bucket, fate.feed, fate.period_from, fate.period_to, fate.release, fate.recording,
       fate.reason,
       fate.market,
       CASE WHEN fate.reason IS NOT NULL THEN fate.reported_currency END,
       CASE WHEN fate.split IS NOT NULL THEN fate.rate END,
       fate.split,
       rate.basis,
       fate.streams, fate.monetised, fate.amount,
       CASE WHEN rate.basis = 'amount' THEN fate.reported_currency ELSE rate.currency END,
       CASE WHEN rate.basis = 'amount' THEN fate.amount ELSE fate.monetised END * rate.rate
  FROM fate
  LEFT JOIN tidemark.rate ON rate.id = fate.rate;
$$;
