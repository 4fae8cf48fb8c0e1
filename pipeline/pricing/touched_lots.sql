-- Lots with usage of accruals before one that terms touch, or a territory that an alias came to mean or means no more.
--   $1  version_before  bigint     of the catalogue: what came or ended after it,
--   $2  version         bigint     and not after this one
--   $3  accrual         bigint
--   $4  providers       integer[]  of terms (touched_terms.sql)
--   $5  releases        bigint[]
--   $6  recordings      bigint[]
--   $7  first_days      integer[]  from 1970-01-01
--   $8  last_days       integer[]
--   →   bucket, feed, provider, period_from, period_to, currency
--       cells           bigint     of usage
--       is_whole        boolean    all releases and recordings are touched; else those that terms name
WITH span AS MATERIALIZED ( -- days on which something of a feed is touched, in a bucket, or (null) in all of them
    SELECT DISTINCT
           CASE WHEN term.release <> 0 THEN tidemark.bucket_of(term.release, 0) END AS bucket,
           feed.id                                                                 AS feed,
           date '1970-01-01' + term.first_day                                      AS first_day,
           date '1970-01-01' + term.last_day                                       AS last_day,
           term.release = 0 AND term.recording = 0                                 AS is_whole
      FROM (SELECT unnest($4::integer[]) AS provider,
                   unnest($5::bigint[])  AS release,
                   unnest($6::bigint[])  AS recording,
                   unnest($7::integer[]) AS first_day,
                   unnest($8::integer[]) AS last_day) AS term
      JOIN tidemark.feed ON term.provider IN (0, feed.provider)
), market AS MATERIALIZED (
    -- A territory that nobody knows waits in suspense until an alias says which it is: only one that was known before, as
    -- itself or by an alias, can have been priced.
    SELECT market.id
      FROM tidemark.market
      JOIN tidemark.territory_alias ON territory_alias.alias = market.territory
     WHERE tidemark.has_changed(territory_alias.since_version, territory_alias.until_version, $1::bigint, $2::bigint)
       AND (EXISTS (SELECT FROM tidemark.territory WHERE territory.code = market.territory)
            OR EXISTS (SELECT FROM tidemark.territory_alias AS earlier
                        WHERE earlier.alias = market.territory AND earlier.since_version <= $1::bigint))
), chunk AS (
    SELECT usage.bucket, usage.feed, usage.period_from, usage.period_to, span.is_whole
      FROM span
      JOIN tidemark.release_usage AS usage
        ON usage.feed = span.feed AND usage.period_to BETWEEN span.first_day AND span.last_day
     WHERE span.bucket IS NULL
       AND usage.accrual < $3::bigint
     UNION ALL
    SELECT usage.bucket, usage.feed, usage.period_from, usage.period_to, false
      FROM span
     CROSS JOIN LATERAL (SELECT usage.bucket, usage.feed, usage.period_from, usage.period_to
                           FROM tidemark.release_usage AS usage
                          WHERE usage.bucket = span.bucket AND usage.feed = span.feed
                            AND usage.period_to BETWEEN span.first_day AND span.last_day
                            AND usage.accrual < $3::bigint
                         OFFSET 0) AS usage -- by their index
     WHERE span.bucket IS NOT NULL
     UNION ALL
    SELECT usage.bucket, usage.feed, usage.period_from, usage.period_to, true
      FROM tidemark.release_usage AS usage
     WHERE EXISTS (SELECT FROM market)
       AND EXISTS (SELECT
                     FROM unnest(tidemark.unpack(usage.markets, usage.cells)) AS number
                    WHERE number IN (SELECT market.id FROM market))
       AND usage.accrual < $3::bigint
)
SELECT lot.bucket      AS bucket,
       lot.feed        AS feed,
       feed.provider   AS provider,
       lot.period_from AS period_from,
       lot.period_to   AS period_to,
       part.currency   AS currency,
       part.cells      AS cells,
       lot.is_whole    AS is_whole
  FROM (SELECT chunk.bucket, chunk.feed, chunk.period_from, chunk.period_to, bool_or(chunk.is_whole) AS is_whole
          FROM chunk
         GROUP BY chunk.bucket, chunk.feed, chunk.period_from, chunk.period_to) AS lot
  JOIN tidemark.feed ON feed.id = lot.feed
 CROSS JOIN LATERAL (SELECT usage.currency, sum(usage.cells) AS cells
                       FROM tidemark.release_usage AS usage
                      WHERE usage.bucket = lot.bucket AND usage.feed = lot.feed AND usage.period_from = lot.period_from
                        AND usage.period_to = lot.period_to AND usage.accrual < $3::bigint
                      GROUP BY usage.currency
                     OFFSET 0) AS part
 ORDER BY lot.bucket, lot.feed, lot.period_from, lot.period_to, part.currency COLLATE "C";
