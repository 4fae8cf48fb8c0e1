-- What usage earns. tidemark.price() is the one function from usage and a version of the catalogue to priced rows: new usage, usage
-- that a correction touches, and verify's recomputation of everything go through it.

-- Whether a term came or ended after one version, and not after another.
CREATE FUNCTION tidemark.has_changed(since_version bigint, until_version bigint, after_version bigint, version bigint)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (since_version > after_version AND since_version <= version)
        OR coalesce(until_version > after_version AND until_version <= version, false);
$$;

-- The cells of a chunk of release usage. The numbers beside them only tell the planner what to expect, some thousand: for unnest
-- alone it guesses ten, and would join millions of cells as if they were few.
CREATE FUNCTION tidemark.unfold(releases bigint[], recordings bigint[], markets integer[], streams bigint[], monetised bigint[],
                                amounts numeric[])
RETURNS TABLE (release bigint, recording bigint, market integer, streams bigint, monetised bigint, amount numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT cell.release, cell.recording, cell.market, cell.streams, cell.monetised, coalesce(cell.amount, 0)
      FROM ROWS FROM (unnest(releases, recordings, markets, streams, monetised, amounts),
                      generate_series(1, cardinality(releases)))
           AS cell (release, recording, market, streams, monetised, amount, place);
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

-- What has been priced, in the columns of tidemark.price(): what earns (payee is set) and what waits (reason is set).
CREATE VIEW tidemark.priced AS
SELECT earning.accrual,
       earning.bucket,
       earning.feed,
       earning.period_from,
       earning.period_to,
       earning.release,
       earning.recording,
       NULL::tidemark.suspense_reason AS reason,
       NULL::integer AS market,
       NULL::text    AS reported_currency,
       earning.rate,
       earning.split,
       earning.payee,
       earning.share,
       0::bigint     AS streams,
       earning.monetised,
       earning.reported,
       earning.currency,
       earning.amount
  FROM tidemark.earning
 UNION ALL
SELECT suspense.accrual,
       suspense.bucket,
       suspense.feed,
       suspense.period_from,
       suspense.period_to,
       suspense.release,
       suspense.recording,
       suspense.reason,
       suspense.market,
       suspense.currency,
       NULL,
       NULL,
       NULL,
       NULL,
       suspense.streams,
       suspense.monetised,
       suspense.amount,
       suspense.value_currency,
       suspense.value
  FROM tidemark.suspense
 WHERE suspense.reason IN ('no_rate', 'no_split');

-- The keys, priced before, that a rate, a split or a territory touches which came or ended after one version and not after
-- another. A key is taken whole, and rather too many than too few: those cost time, these would cost money.
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
    SELECT usage.bucket, usage.feed, usage.period_from, usage.period_to, usage.releases, usage.recordings, wide.recording
      FROM (SELECT DISTINCT feed.id AS feed, term.recording, term.first_day, term.last_day
              FROM term
              JOIN tidemark.feed ON term.provider IS NULL OR feed.provider = term.provider
             WHERE term.release IS NULL) AS wide
      JOIN tidemark.release_usage AS usage
        ON usage.feed = wide.feed AND usage.period_to BETWEEN wide.first_day AND wide.last_day
     WHERE usage.accrual <= last_accrual
     UNION ALL
    SELECT usage.bucket, usage.feed, usage.period_from, usage.period_to, usage.releases, usage.recordings, NULL
      FROM tidemark.release_usage AS usage
     WHERE EXISTS (SELECT FROM market)
       AND usage.markets && ARRAY(SELECT market.id FROM market)
       AND usage.accrual <= last_accrual
)
SELECT chunk.bucket, chunk.feed, chunk.period_from, chunk.period_to, cell.release, cell.recording
  FROM chunk
 CROSS JOIN LATERAL unnest(chunk.releases, chunk.recordings) AS cell (release, recording)
 WHERE chunk.recording IS NULL OR cell.recording = chunk.recording
 UNION
SELECT priced.bucket, priced.feed, priced.period_from, priced.period_to, priced.release, priced.recording
  FROM term
  JOIN tidemark.priced
    ON priced.bucket = tidemark.bucket_of(term.release, 0) AND priced.release = term.release
   AND priced.period_to BETWEEN term.first_day AND term.last_day
   AND (term.recording IS NULL OR priced.recording = term.recording)
 WHERE term.release IS NOT NULL
   AND priced.accrual <= last_accrual;
$$;

-- What the usage of some accruals is worth by the terms of a version, and to whom. A row is streams of one feed, period, release
-- and recording that share their fate:
--   payee is set    they earn: a row for each payee of the split
--   reason is set   they wait, by market: no_rate, or no_split with what they would earn
--   neither         there is nothing to earn: no monetised stream, and no amount
-- The first row of each (place 1) also says what was read, and what that is worth in all: over these rows everything is there,
-- once. With touched_after: only the keys that tidemark.touched() gives for it. Usage of several chunks gives several rows.
CREATE FUNCTION tidemark.price(version bigint, first_accrual bigint, last_accrual bigint, touched_after bigint)
RETURNS TABLE (bucket smallint, feed integer, period_from date, period_to date, release bigint, recording bigint,
               reason tidemark.suspense_reason, market integer, reported_currency text,
               rate bigint, split bigint, payee integer, share numeric,
               streams bigint, monetised bigint, reported numeric, currency text, amount numeric,
               place bigint, read_streams bigint, read_monetised bigint, read_amount numeric, worth numeric)
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
     UNION ALL
    SELECT usage.*, touched.releases, touched.recordings
      FROM touched
      JOIN tidemark.release_usage AS usage
        ON usage.bucket = touched.bucket AND usage.feed = touched.feed
       AND usage.period_from = touched.period_from AND usage.period_to = touched.period_to
     WHERE touched_after IS NOT NULL
       AND usage.accrual BETWEEN first_accrual AND last_accrual
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
)
SELECT chunk.bucket, chunk.feed, chunk.period_from, chunk.period_to, fate.release, fate.recording,
       fate.reason,
       fate.market,
       CASE WHEN fate.reason IS NOT NULL THEN chunk.currency END,
       CASE WHEN fate.reason IS NULL THEN fate.rate END,
       CASE WHEN fate.reason IS NULL THEN fate.split END,
       fate.payee,
       fate.share,
       CASE WHEN fate.reason IS NOT NULL THEN fate.streams ELSE 0 END,
       fate.monetised,
       CASE WHEN fate.reason IS NOT NULL OR fate.basis = 'amount' THEN fate.amount ELSE 0 END,
       fate.currency,
       CASE WHEN fate.reason IS NULL THEN fate.worth * fate.share ELSE fate.worth END,
       fate.place, fate.streams, fate.monetised, fate.amount, fate.worth
  FROM chunk
  JOIN source ON source.feed = chunk.feed AND source.period_to = chunk.period_to AND source.currency = chunk.currency
 CROSS JOIN LATERAL ( -- chunk by chunk: its cells meet the splits of its bucket, and nothing that is sorted is larger
    WITH cell AS (
        SELECT cell.*
          FROM tidemark.unfold(chunk.releases, chunk.recordings, chunk.markets, chunk.streams, chunk.monetised,
                               chunk.amounts) AS cell
         WHERE touched_after IS NULL
         UNION ALL
        SELECT cell.*
          FROM tidemark.unfold(chunk.releases, chunk.recordings, chunk.markets, chunk.streams, chunk.monetised,
                               chunk.amounts) AS cell
          JOIN ROWS FROM (unnest(chunk.touched_releases, chunk.touched_recordings),
                          generate_series(1, cardinality(chunk.touched_releases))) AS touched (release, recording, place)
            ON touched.release = cell.release AND touched.recording = cell.recording
         WHERE touched_after IS NOT NULL
    ), rated AS (
        SELECT cell.*,
               CASE WHEN cell.monetised = 0 AND cell.amount = 0 THEN NULL
                    WHEN cell.release IN (SELECT rate.release FROM tidemark.rate WHERE rate.release IS NOT NULL)
                      OR cell.recording IN (SELECT rate.recording FROM tidemark.rate WHERE rate.recording IS NOT NULL)
                    THEN (SELECT best.id
                            FROM market
                           CROSS JOIN LATERAL tidemark.best_rate(version, source.provider, market.territory, market.tier,
                                                                 cell.release, cell.recording, chunk.period_to,
                                                                 source.has_amount) AS best
                           WHERE market.id = cell.market)
                    ELSE nullif(source.rates[cell.market], 0)
               END AS rate,
               chunk.period_to AS day,
               0::bigint AS all_recordings
          FROM cell
        OFFSET 0 -- a fence: the rate is found once, and what is the same for all cells is joined on, which the planner
                 -- would else use first, and misjudge
    ), split AS (
        SELECT split.id, split.release, split.recording, split.validity, split.payees, split.shares
          FROM tidemark.split
         WHERE split.bucket = chunk.bucket
           AND tidemark.in_force(split.since_version, split.until_version, version)
    ), fated AS (
        SELECT rated.*,
               coalesce(own.id, whole.id) AS split,
               CASE WHEN rated.monetised = 0 AND rated.amount = 0 THEN NULL
                    WHEN rated.rate IS NULL THEN 'no_rate'::tidemark.suspense_reason
                    WHEN coalesce(own.id, whole.id) IS NULL THEN 'no_split'
               END AS reason
          FROM rated
          LEFT JOIN split AS own -- the recording's on this release
            ON own.release = rated.release AND own.recording = rated.recording AND rated.recording <> 0
           AND own.validity @> rated.day
          LEFT JOIN split AS whole -- the release's
            ON whole.release = rated.release AND whole.recording = rated.all_recordings
           AND whole.validity @> rated.day
        OFFSET 0
    ), summed AS (
        SELECT fated.release,
               fated.recording,
               fated.reason,
               CASE WHEN fated.reason IS NOT NULL THEN fated.market END AS market,
               fated.rate,
               CASE WHEN fated.rate IS NOT NULL THEN fated.split END AS split,
               sum(fated.streams)::bigint AS streams,
               sum(fated.monetised)::bigint AS monetised,
               sum(fated.amount) AS amount
          FROM fated
         GROUP BY 1, 2, 3, 4, 5, 6
    )
    SELECT summed.*,
           rate.basis,
           CASE WHEN rate.basis = 'amount' THEN chunk.currency ELSE rate.currency END AS currency,
           CASE WHEN rate.basis = 'amount' THEN summed.amount ELSE summed.monetised END * rate.rate AS worth,
           part.payee,
           part.share,
           coalesce(part.place, 1) AS place
      FROM summed
      LEFT JOIN tidemark.rate ON rate.id = summed.rate
      LEFT JOIN split ON split.id = summed.split
      LEFT JOIN LATERAL unnest(split.payees, split.shares) WITH ORDINALITY AS part (payee, share, place) ON true
 ) AS fate;
$$;

GRANT SELECT ON tidemark.priced TO tidemark_finance, tidemark_reader;
