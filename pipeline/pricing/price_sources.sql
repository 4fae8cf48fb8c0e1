-- What decides about the rates of an accrual's usage beside its markets, in order, and the rate of each market.
--   $1  accrual     bigint
--   $2  version     bigint   of the catalogue
--   →   feed, provider, period_to, currency
--       has_amount  boolean  money was reported, in a currency that is known
--       markets     bigint   the highest number of a market
--       rates       bigint[] by market: the rate where none names the release or recording, 0 for none
SELECT source.feed                    AS feed,
       source.provider                AS provider,
       source.period_to               AS period_to,
       source.currency                AS currency,
       source.has_amount              AS has_amount,
       cardinality(source.rates)      AS markets,
       source.rates                   AS rates
  FROM (SELECT key.feed, feed.provider, key.period_to, key.currency, currency.code IS NOT NULL AS has_amount,
               tidemark.rates_by_market($2::bigint, feed.provider, key.period_to, currency.code IS NOT NULL) AS rates
          FROM (SELECT DISTINCT usage.feed, usage.period_to, usage.currency
                  FROM tidemark.release_usage AS usage
                 WHERE usage.accrual = $1::bigint) AS key
          JOIN tidemark.feed ON feed.id = key.feed
          LEFT JOIN tidemark.currency ON currency.code = key.currency) AS source
 ORDER BY source.feed, source.period_to, source.currency COLLATE "C";
