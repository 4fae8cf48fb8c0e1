-- What other names of recordings, or of releases, mean at a version of the catalogue.
--   $1  kind     tidemark.code_kind
--   $2  version  bigint
--   →   alias    bigint  rising, and with it the days
--       target   bigint
--       first    date    null: ever before
--       until    date    the first day on which it is not so any more; null: never
SELECT alias.alias           AS alias,
       alias.target          AS target,
       lower(alias.validity) AS first,
       upper(alias.validity) AS until
  FROM tidemark.alias
 WHERE alias.kind = $1::tidemark.code_kind
   AND tidemark.in_force(alias.since_version, alias.until_version, $2::bigint)
 ORDER BY alias.alias, lower(alias.validity) NULLS FIRST;
