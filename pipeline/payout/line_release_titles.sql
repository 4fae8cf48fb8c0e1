-- The titles of some releases that the catalogue of a run knew, as it called them then.
--   $1  run    bigint
--   $2  codes  bigint[]
--   →   code, title
SELECT release.code AS code,
       coalesce((SELECT former.title
                   FROM tidemark.former_title AS former
                  WHERE former.bucket = release.bucket AND former.kind = 'release' AND former.code = release.code
                    AND former.until_version > run.catalogue_version
                  ORDER BY former.until_version
                  LIMIT 1), release.title) AS title
  FROM tidemark.payout_run AS run
 CROSS JOIN unnest($2::bigint[]) AS wanted (code)
  JOIN tidemark.release
    ON release.bucket = tidemark.bucket_of(wanted.code, 0) AND release.code = wanted.code
   AND release.since_version <= run.catalogue_version
 WHERE run.number = $1::bigint;
