-- What usage earns. tidemark.price_chunks() is the function from usage and a version of the catalogue to what is priced: usage that
-- a correction touches and verify's recomputation of everything go through it. New usage, which is millions of cells, is added up by
-- the program (pricing/lots.h), by rates that are found with the functions here; a test holds the two against each other.

-- Whether a term came or ended after one version, and not after another.
CREATE FUNCTION tidemark.has_changed(since_version bigint, until_version bigint, after_version bigint, version bigint)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (since_version > after_version AND since_version <= version)
        OR coalesce(until_version > after_version AND until_version <= version, false);
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

-- The rates of all markets for what has no release or recording that a rate names: at the place of the market's number, 0 for none.
CREATE FUNCTION tidemark.rates_by_market(version bigint, provider integer, day date, has_amount boolean) RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ARRAY(SELECT coalesce(best.id, 0)
                   FROM generate_series(1, (SELECT max(market.id) FROM tidemark.market)) AS place
                   LEFT JOIN tidemark.market_at(rates_by_market.version) AS market ON market.id = place
                   LEFT JOIN LATERAL tidemark.best_rate(rates_by_market.version, rates_by_market.provider, market.territory,
                                                        market.tier, 0, 0, rates_by_market.day,
                                                        rates_by_market.has_amount) AS best ON true
                  ORDER BY place);
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
       AND EXISTS (SELECT
                     FROM unnest(tidemark.unpack(usage.markets, usage.cells)) AS number
                    WHERE number IN (SELECT market.id FROM market))
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

-- The same within price_chunks(), whose settings are none for few keys in a long history.
CREATE FUNCTION tidemark.touched_alone(after_version bigint, version bigint, last_accrual bigint)
RETURNS TABLE (bucket smallint, feed integer, period_from date, period_to date, release bigint, recording bigint)
LANGUAGE sql STABLE PARALLEL SAFE
SET jit = off
SET enable_nestloop = on
SET enable_sort = on AS $$
SELECT key.bucket, key.feed, key.period_from, key.period_to, key.release, key.recording
  FROM tidemark.touched(touched_alone.after_version, touched_alone.version, touched_alone.last_accrual) AS key;
$$;

-- What the usage of some accruals is worth by the terms of a version, as chunks: a row has streams that share their fate, in
-- parallel arrays, an element for those of a release and recording under one rate:
--   splits is set   they earn by it and their rate
--   reason is set   they wait, by market: no_rate, or no_split with the rate by which they would earn
--   neither         no arrays, but what was read of a bucket, feed, period, and what of it has a rate: over these rows everything
--                   that was read is there, once
-- With buckets: only those. With touched_after: only the keys that tidemark.touched() gives for it. Markets of one release and
-- recording for which a rate names either have an element each.
--
-- Planned by itself, with settings of its own: cells meet the splits of their bucket and group by hash tables. The planner takes
-- either for a few rows, and may as well run through one for each of the other, or sort both. (Compiled it is not: what is
-- ruled out counts as costly, and compiling took seconds where there was nothing to price.)
CREATE FUNCTION tidemark.price_chunks(version bigint, first_accrual bigint, last_accrual bigint, buckets smallint[],
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
                 CROSS JOIN LATERAL tidemark.unfold(usage.cells, usage.releases, usage.recordings, usage.pairs, usage.markets,
                                                    usage.streams, usage.monetised, usage.amounts) AS part
                 WHERE usage.bucket = lot.bucket AND usage.feed = lot.feed AND usage.period_to = lot.period_to
                   AND usage.period_from = lot.period_from AND usage.currency = lot.currency
                   AND usage.accrual BETWEEN first_accrual AND last_accrual
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

-- The same, an element a row: what earns, and what waits.
CREATE FUNCTION tidemark.price(version bigint, first_accrual bigint, last_accrual bigint, buckets smallint[],
                               touched_after bigint)
RETURNS TABLE (bucket smallint, feed integer, period_from date, period_to date, release bigint, recording bigint,
               reason tidemark.suspense_reason, market integer, reported_currency text,
               rate bigint, split bigint, basis tidemark.rate_basis, streams bigint, monetised bigint, amount numeric,
               currency text, worth numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT part.bucket, part.feed, part.period_from, part.period_to, part.release, part.recording,
       part.reason,
       part.market,
       CASE WHEN part.reason IS NOT NULL THEN part.reported_currency END,
       CASE WHEN part.split IS NOT NULL THEN part.rate END,
       part.split,
       part.basis,
       coalesce(part.streams, 0), part.monetised, coalesce(part.amount, 0),
       part.currency,
       CASE part.basis WHEN 'amount' THEN part.amount ELSE part.monetised END * rate.rate
  FROM (SELECT chunk.bucket, chunk.feed, chunk.period_from, chunk.period_to, chunk.reason, chunk.market,
               chunk.reported_currency, chunk.basis, chunk.currency,
               unnest(chunk.releases) AS release,
               unnest(chunk.recordings) AS recording,
               unnest(chunk.rates) AS rate,
               unnest(chunk.splits) AS split,
               unnest(chunk.streams) AS streams,
               unnest(chunk.monetised) AS monetised,
               unnest(chunk.amounts) AS amount,
               generate_series(1, cardinality(chunk.releases)) AS place
          FROM tidemark.price_chunks(version, first_accrual, last_accrual, buckets, touched_after) AS chunk) AS part
  LEFT JOIN tidemark.rate ON rate.id = part.rate;
$$;

-- What each payee earns of a chunk of earnings: what there is under one rate and split is added up before anything is multiplied,
-- and then what goes to the same payees in the same shares (a label has one deal for many releases).
CREATE FUNCTION tidemark.shares_of(bucket smallint, basis tidemark.rate_basis, rates bigint[], splits bigint[],
                                   monetised bigint[], reported numeric[])
RETURNS TABLE (payee integer, amount numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT line.payee, sum(line.worth * line.share)
  FROM (SELECT unnest(deal.payees) AS payee, unnest(deal.shares) AS share, deal.worth
          FROM (SELECT split.payees, split.shares,
                       sum(CASE shares_of.basis WHEN 'amount' THEN part.reported ELSE part.monetised END * rate.rate) AS worth
                  FROM (SELECT part.rate, part.split, tidemark.total(part.monetised) AS monetised,
                               sum(part.reported) FILTER (WHERE shares_of.basis = 'amount') AS reported
                          FROM (SELECT unnest(shares_of.rates) AS rate,
                                       unnest(shares_of.splits) AS split,
                                       unnest(shares_of.monetised) AS monetised,
                                       unnest(shares_of.reported) AS reported,
                                       generate_series(1, cardinality(shares_of.splits)) AS place) AS part
                         GROUP BY part.rate, part.split) AS part
                  -- LEFT only so that the planner expects as many as there were, and hashes: all of them are there
                  LEFT JOIN tidemark.rate ON rate.id = part.rate
                  LEFT JOIN tidemark.split ON split.bucket = shares_of.bucket AND split.id = part.split
                 GROUP BY split.payees, split.shares) AS deal) AS line
 GROUP BY line.payee;
$$;
