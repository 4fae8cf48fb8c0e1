-- The titles of some recordings that the catalogue of a run knew, as it called them then.
--   $1  run    bigint
--   $2  codes  bigint[]
--   →   code, title
SELECT recording.code AS code,
       coalesce((SELECT former.title
                   FROM tidemark.former_title AS former
                  WHERE former.bucket = recording.bucket AND former.kind = 'recording' AND former.code = recording.code
                    AND former.until_version > run.catalogue_version
                  ORDER BY former.until_version
                  LIMIT 1), recording.title) AS title
  FROM tidemark.payout_run AS run
 CROSS JOIN unnest($2::bigint[]) AS wanted (code)
  JOIN tidemark.recording
    ON recording.bucket = tidemark.bucket_of(wanted.code, 0) AND recording.code = wanted.code
   AND recording.since_version <= run.catalogue_version
 WHERE run.number = $1::bigint;
