-- What other names of recordings, or of releases, mean at a version of the catalogue.
--   $1  kind     tidemark.code_kind
--   $2  version  bigint
--   →   alias    bigint  rising, and with it the days
--       target   bigint
--       first    date    null: ever before
--       last     date    null: ever after
SELECT alias.alias               AS alias,
       alias.target              AS target,
       lower(alias.validity)     AS first,
       upper(alias.validity) - 1 AS last
  FROM tidemark.alias
 WHERE alias.kind = $1::tidemark.code_kind
   AND tidemark.in_force(alias.since_version, alias.until_version, $2::bigint)
 ORDER BY alias.alias, lower(alias.validity) NULLS FIRST;
