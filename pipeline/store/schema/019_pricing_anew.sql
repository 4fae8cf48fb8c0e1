-- Since the program prices again what terms touch (pricing/again.h), SQL prices only all usage anew: for `verify`, and for tests, which
-- hold the program against it. What else these functions could do is gone, and what folded the differences into chunks.
DROP FUNCTION tidemark.price, tidemark.price_chunks, tidemark.touched_alone, tidemark.touched, tidemark.fold_earning,
              tidemark.fold_waiting;

-- What the usage of all accruals up to one is worth by the terms of a version, as chunks: a row has streams that share their fate, in
-- parallel arrays, an element for those of a release and recording under one rate:
--   splits is set   they earn by it and their rate
--   reason is set   they wait, by market: no_rate, or no_split with the rate by which they would earn
--   neither         no arrays, but what was read of a bucket, feed, period, and what of it has a rate: over these rows everything
--                   that was read is there, once
-- Markets of one release and recording for which a rate names either have an element each.
--
-- Planned by itself, with settings of its own: cells meet the splits of their bucket and group by hash tables. The planner takes
-- either for a few rows, and may as well run through one for each of the other, or sort both. (Compiled it is not: what is
-- ruled out counts as costly, and compiling took seconds where there was nothing to price.)
CREATE FUNCTION tidemark.price_chunks(version bigint, last_accrual bigint)
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
WITH lot AS MATERIALIZED ( -- what is priced together: few enough cells that what is hashed stays in the processor's cache
    SELECT usage.bucket, usage.feed, usage.period_from, usage.period_to, usage.currency
      FROM tidemark.release_usage AS usage
     WHERE usage.accrual <= last_accrual
     GROUP BY usage.bucket, usage.feed, usage.period_from, usage.period_to, usage.currency
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
                   AND usage.accrual <= last_accrual
                OFFSET 0) AS raw
    ), summed AS NOT MATERIALIZED (
        SELECT cell.release, cell.recording, cell.kind,
               tidemark.total(cell.streams) AS streams,
               tidemark.total(cell.monetised) AS monetised,
               coalesce(sum(cell.amount) FILTER (WHERE source.is_reported), 0) AS amount
          FROM cell
         GROUP BY cell.release, cell.recording, cell.kind
    ), split AS (
        SELECT split.id, split.release, split.recording
          FROM tidemark.split
         WHERE split.bucket = lot.bucket
           AND tidemark.in_force(split.since_version, split.until_version, version)
           AND split.validity @> lot.period_to
    ), rated AS (
        SELECT summed.*,
               CASE WHEN summed.kind >= 0 THEN nullif(summed.kind, 0)
                    ELSE (SELECT best.id
                            FROM market
                           CROSS JOIN LATERAL tidemark.best_rate(version, source.provider, market.territory, market.tier,
                                                                 summed.release, summed.recording, lot.period_to,
                                                                 source.has_amount) AS best
                           WHERE market.id = -summed.kind)
               END AS rate
          FROM summed
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
CREATE FUNCTION tidemark.price(version bigint, last_accrual bigint)
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
          FROM tidemark.price_chunks(version, last_accrual) AS chunk) AS part
  LEFT JOIN tidemark.rate ON rate.id = part.rate;
$$;
