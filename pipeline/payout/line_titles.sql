-- The titles of some codes as the lines of a run say them: those that it, or the last run before it, was built with. A code may have
-- several, of which the last counts, or none.
--   $1  run    bigint
--   $2  kind   tidemark.code_kind
--   $3  codes  bigint[]
--   →   code, title
SELECT named.code  AS code,
       named.title AS title
  FROM unnest($3::bigint[]) AS wanted (code)
  JOIN tidemark.payout_title AS named
    ON named.bucket = tidemark.bucket_of(wanted.code, 0) AND named.kind = $2::tidemark.code_kind
   AND named.code = wanted.code AND named.run <= $1::bigint
 ORDER BY named.run;
