-- What some batches change together, by release and payee: streams, reported amounts, and what they are worth by the terms that
-- are in force now. Batches of opposite sign meet here, so that what a file and its successor have in common is not shown.
-- What no release, rate or split claims is shown too, without a payee: it would wait in suspense.
--   $1  batch_ids  bigint[]
--   →   release    text     null: none is known
--       payee      text     null: nobody earns it yet
--       streams    bigint
--       monetised  bigint
--       reported   numeric  in its currency; 0 where no money is reported
--       currency   text     of the reported amount, or of what it is worth
--       amount     numeric  what the payee earns or loses; null where there is no payee
WITH version AS (
    SELECT counter.last AS number FROM tidemark.counter WHERE counter.name = 'catalogue_version'
), cell AS MATERIALIZED (
    SELECT usage.feed, usage.period_to, usage.currency, cell.release, cell.recording, cell.market,
           sum(cell.streams)::bigint AS streams,
           sum(cell.monetised)::bigint AS monetised,
           sum(cell.amount) AS reported
      FROM tidemark.usage
     CROSS JOIN LATERAL tidemark.unfold(usage.cells, usage.pair_count, usage.releases, usage.recordings, usage.pairs,
                                        usage.markets, usage.streams, usage.monetised, usage.amounts) AS cell
     WHERE usage.batch = ANY ($1::bigint[])
       AND usage.bucket = ANY (ARRAY(SELECT generate_series(0, 255))::smallint[])
     GROUP BY usage.feed, usage.period_to, usage.currency, cell.release, cell.recording, cell.market
    HAVING sum(cell.streams) <> 0 OR sum(cell.monetised) <> 0 OR sum(cell.amount) <> 0
), called AS ( -- by the names that the catalogue has for them
    SELECT cell.*,
           coalesce(release_alias.target, cell.release) AS named,
           coalesce(recording_alias.target, cell.recording) AS played
      FROM cell
     CROSS JOIN version
      LEFT JOIN tidemark.alias AS release_alias
        ON release_alias.bucket = tidemark.bucket_of(cell.release, 0) AND release_alias.kind = 'release'
       AND release_alias.alias = cell.release AND release_alias.validity @> cell.period_to
       AND tidemark.in_force(release_alias.since_version, release_alias.until_version, version.number)
      LEFT JOIN tidemark.alias AS recording_alias
        ON recording_alias.bucket = tidemark.bucket_of(cell.recording, 0) AND recording_alias.kind = 'recording'
       AND recording_alias.alias = cell.recording AND recording_alias.validity @> cell.period_to
       AND tidemark.in_force(recording_alias.since_version, recording_alias.until_version, version.number)
), placed AS (
    SELECT called.*,
           CASE WHEN called.named <> 0 THEN called.named ELSE home.release END AS counts_to
      FROM called
     CROSS JOIN version
      LEFT JOIN tidemark.home_release(version.number) AS home ON home.recording = called.played
), worth AS (
    SELECT placed.*,
           CASE WHEN rate.basis = 'monetised' THEN rate.currency ELSE nullif(placed.currency, '') END AS told_currency,
           CASE WHEN rate.basis = 'amount' THEN placed.reported ELSE placed.monetised END * rate.rate AS worth
      FROM placed
     CROSS JOIN version
      JOIN tidemark.feed ON feed.id = placed.feed
      JOIN tidemark.market_at(version.number) AS market ON market.id = placed.market
      LEFT JOIN LATERAL tidemark.best_rate(version.number, feed.provider, market.territory, market.tier,
                                           coalesce(placed.counts_to, 0), placed.played, placed.period_to,
                                           placed.currency <> '') AS best
        ON placed.counts_to IS NOT NULL
       AND placed.played >= 0 -- an odd recording waits, whatever its release
       AND (market.territory = '' OR market.territory IN (SELECT territory.code FROM tidemark.territory))
      LEFT JOIN tidemark.rate ON rate.id = best.id
)
SELECT tidemark.release_text(worth.counts_to) AS release,
       payee.key AS payee,
       sum(worth.streams)::bigint AS streams,
       sum(worth.monetised)::bigint AS monetised,
       sum(worth.reported) AS reported,
       worth.told_currency AS currency,
       sum(worth.worth * part.share) AS amount
  FROM worth
 CROSS JOIN version
  LEFT JOIN LATERAL (SELECT split.payees, split.shares
                       FROM tidemark.split
                      WHERE split.bucket = tidemark.bucket_of(worth.counts_to, 0)
                        AND split.release = worth.counts_to
                        AND split.recording IN (0, worth.played)
                        AND split.validity @> worth.period_to
                        AND tidemark.in_force(split.since_version, split.until_version, version.number)
                      ORDER BY split.recording = 0
                      LIMIT 1) AS terms ON worth.worth IS NOT NULL
  LEFT JOIN LATERAL unnest(terms.payees, terms.shares) AS part (payee, share) ON true
  LEFT JOIN tidemark.payee ON payee.id = part.payee
 GROUP BY worth.counts_to, payee.key, worth.told_currency
 ORDER BY worth.counts_to, payee.key COLLATE "C", worth.told_currency COLLATE "C";
