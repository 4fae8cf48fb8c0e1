-- Which of some recordings the catalogue knows, at a version of it.
--   $1  recordings  bigint[]
--   $2  version     bigint
--   →   recording   bigint  rising
SELECT recording.code AS recording
  FROM unnest($1::bigint[]) AS sought (code)
  JOIN tidemark.recording
    ON recording.bucket = tidemark.bucket_of(0, sought.code)
   AND recording.code = sought.code
   AND recording.since_version <= $2::bigint
 ORDER BY recording.code;
