-- Markets whose territory nobody knows, at a version of the catalogue: streams there wait.
--   $1  version  bigint
--   →   market   integer  rising
SELECT market.id AS market
  FROM tidemark.market
 WHERE market.territory <> ''
   AND NOT EXISTS (SELECT FROM tidemark.territory WHERE territory.code = market.territory)
   AND NOT EXISTS (SELECT
                     FROM tidemark.territory_alias AS alias
                    WHERE alias.alias = market.territory
                      AND tidemark.in_force(alias.since_version, alias.until_version, $1::bigint))
 ORDER BY market.id;
