-- Ends what is in force of an alias that aliases.csv mentions and is not there as it is.
--   $1  version  bigint
UPDATE tidemark.alias
   SET until_version = $1::bigint
 WHERE alias.until_version IS NULL
   AND (alias.kind, alias.alias) IN (SELECT alias_term.kind, alias_term.alias FROM pg_temp.alias_term)
   AND NOT EXISTS (SELECT
                     FROM pg_temp.alias_term
                    WHERE (alias_term.kind, alias_term.alias, alias_term.target, alias_term.validity)
                          = (alias.kind, alias.alias, alias.target, alias.validity));
