-- The numbers of markets, in the order in which they are asked for; null for one that has none.
--   $1  territories  text[]
--   $2  tiers        text[]
--   →   number       integer
SELECT market.id AS number
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (territory, tier, place)
  LEFT JOIN tidemark.market ON market.territory = wanted.territory AND market.tier = wanted.tier
 ORDER BY wanted.place;
