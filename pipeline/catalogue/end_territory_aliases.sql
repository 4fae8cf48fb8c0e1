-- Ends what is in force of a territory alias that aliases.csv mentions and is not there as it is.
--   $1  version  bigint
UPDATE tidemark.territory_alias
   SET until_version = $1::bigint
  FROM pg_temp.import_alias
 WHERE territory_alias.until_version IS NULL
   AND import_alias.kind = 'territory'
   AND import_alias.alias = territory_alias.alias
   AND import_alias.target <> territory_alias.territory;
