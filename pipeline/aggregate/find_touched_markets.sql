-- Markets whose territory, as reports write it, became known, or is not known any more.
--   $1  previous_version  bigint
--   $2  version           bigint
INSERT INTO pg_temp.touched_market (market, is_lost)
SELECT market.id,
       NOT EXISTS (SELECT
                     FROM tidemark.territory_alias AS now
                    WHERE now.alias = market.territory
                      AND tidemark.in_force(now.since_version, now.until_version, $2::bigint))
  FROM tidemark.market
 WHERE EXISTS (SELECT
                 FROM tidemark.territory_alias AS changed
                WHERE changed.alias = market.territory
                  AND ((changed.since_version > $1::bigint AND changed.since_version <= $2::bigint)
                       OR (changed.until_version > $1::bigint AND changed.until_version <= $2::bigint)));
