-- What providers wrote for codes that are none.
--   $1  codes  bigint[]
--   →   code, text
SELECT odd_code.code AS code,
       odd_code.text AS text
  FROM tidemark.odd_code
 WHERE odd_code.code = ANY ($1::bigint[]);
