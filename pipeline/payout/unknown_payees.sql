-- Those of these keys that name no payee.
--   $1  keys  text[]
--   →   key  text
SELECT wanted.key AS key
  FROM unnest($1::text[]) AS wanted (key)
 WHERE NOT EXISTS (SELECT FROM tidemark.payee WHERE payee.key = wanted.key)
 ORDER BY wanted.key COLLATE "C";
