-- Numbers the markets that have none, in one order, so that two who add the same do not wait for each other in a ring. What
-- is there is left out first: each attempt would use up a number.
--   $1  territories  text[]
--   $2  tiers        text[]
INSERT INTO tidemark.market (territory, tier)
SELECT wanted.territory, wanted.tier
  FROM unnest($1::text[], $2::text[]) AS wanted (territory, tier)
 WHERE NOT EXISTS (SELECT
                     FROM tidemark.market
                    WHERE market.territory = wanted.territory AND market.tier = wanted.tier)
 ORDER BY wanted.territory COLLATE "C", wanted.tier COLLATE "C"
    ON CONFLICT DO NOTHING;
