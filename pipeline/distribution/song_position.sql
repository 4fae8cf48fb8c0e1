-- Whether a recording is known, where it stands on a release, and the next free place there.
--   $1  release    bigint
--   $2  isrc       text
--   →   recording  bigint   null: no ISRC
--       is_known   boolean
--       is_on_it   boolean
--       has_other_primary boolean
--       position   integer  the next
SELECT asked.recording AS recording,
       EXISTS (SELECT 1
                 FROM tidemark.recording
                WHERE recording.bucket = tidemark.bucket_of(0, asked.recording)
                  AND recording.code = asked.recording) AS is_known,
       EXISTS (SELECT 1
                 FROM tidemark.recording_on_release AS placed
                WHERE placed.bucket = tidemark.bucket_of($1::bigint, 0)
                  AND placed.release = $1::bigint
                  AND placed.recording = asked.recording
                  AND placed.until_version IS NULL) AS is_on_it,
       EXISTS (SELECT 1
                 FROM tidemark.recording_on_release AS placed
                WHERE placed.recording = asked.recording
                  AND placed.is_primary
                  AND placed.until_version IS NULL) AS has_other_primary,
       (SELECT 1 + coalesce(max(placed.position), 0)
          FROM tidemark.recording_on_release AS placed
         WHERE placed.bucket = tidemark.bucket_of($1::bigint, 0)
           AND placed.release = $1::bigint
           AND placed.until_version IS NULL) AS position
  FROM (SELECT tidemark.isrc_code($2::text) AS recording) AS asked;
