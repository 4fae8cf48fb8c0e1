-- The numbers of odd codes, in the order in which they are asked for; null for one that has none.
--   $1  kinds   text[]  recording, release
--   $2  texts   text[]
--   →   number  bigint
SELECT odd_code.code AS number
  FROM unnest($1::tidemark.code_kind[], $2::text[]) WITH ORDINALITY AS wanted (kind, text, place)
  LEFT JOIN tidemark.odd_code ON odd_code.kind = wanted.kind AND odd_code.text = wanted.text
 ORDER BY wanted.place;
