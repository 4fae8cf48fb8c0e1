-- Brings what aliases.csv has and is not in force, once end_aliases has made room for it.
--   $1  version  bigint
INSERT INTO tidemark.alias (bucket, kind, alias, target, validity, since_version)
SELECT tidemark.bucket_of(alias_term.alias, 0),
       alias_term.kind,
       alias_term.alias,
       alias_term.target,
       alias_term.validity,
       $1::bigint
  FROM pg_temp.alias_term
 WHERE NOT EXISTS (SELECT
                     FROM tidemark.alias
                    WHERE alias.until_version IS NULL
                      AND alias.bucket = tidemark.bucket_of(alias_term.alias, 0)
                      AND alias.kind = alias_term.kind
                      AND alias.alias = alias_term.alias
                      AND alias.validity = alias_term.validity);
