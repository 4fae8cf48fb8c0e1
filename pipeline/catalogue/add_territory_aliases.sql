-- Brings the territory aliases that aliases.csv has and that are not in force, once end_territory_aliases has made room for it.
--   $1  version  bigint
INSERT INTO tidemark.territory_alias (alias, territory, since_version)
SELECT import_alias.alias,
       import_alias.target,
       $1::bigint
  FROM pg_temp.import_alias
 WHERE import_alias.kind = 'territory'
   AND NOT EXISTS (SELECT
                     FROM tidemark.territory_alias
                    WHERE territory_alias.until_version IS NULL
                      AND territory_alias.alias = import_alias.alias);
