-- What decides about the rates of usage beside its markets, in order, and the rate of each market.
--   $1  version     bigint     of the catalogue
--   $2  feeds       integer[]  of usage; some sources may be there several times
--   $3  days        integer[]  the last of its period, from 1970-01-01
--   $4  currencies  text[]     of the reported amounts, '' for none
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
               tidemark.rates_by_market($1::bigint, feed.provider, key.period_to, currency.code IS NOT NULL) AS rates
          FROM (SELECT DISTINCT
                       unnest($2::integer[])                     AS feed,
                       date '1970-01-01' + unnest($3::integer[]) AS period_to,
                       unnest($4::text[])                        AS currency) AS key
          JOIN tidemark.feed ON feed.id = key.feed
          LEFT JOIN tidemark.currency ON currency.code = key.currency) AS source
 ORDER BY source.feed, source.period_to, source.currency COLLATE "C";
