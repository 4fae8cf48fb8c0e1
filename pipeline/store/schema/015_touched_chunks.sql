-- tidemark.price_chunks() as in 009_pricing.sql, where all is said of it, but that of touched usage it opens only chunks that have one
-- of the releases: those of a bucket are sorted by release, and a release stands in one or two of them. A correction of five releases
-- over 100 days of 10 million rows each took 6.5 s, most of it to unfold chunks of which nothing was wanted.
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
                 CROSS JOIN LATERAL tidemark.unfold(usage.cells, usage.releases, usage.recordings, usage.pairs, usage.markets,
                                                    usage.streams, usage.monetised, usage.amounts) AS part
                 WHERE usage.bucket = lot.bucket AND usage.feed = lot.feed AND usage.period_to = lot.period_to
                   AND usage.period_from = lot.period_from AND usage.currency = lot.currency
                   AND usage.accrual BETWEEN first_accrual AND last_accrual
                   AND (lot.touched_releases IS NULL OR usage.releases && lot.touched_releases)
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
