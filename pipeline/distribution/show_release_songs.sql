-- The songs of a release, in their order.
--   $1  code  bigint
SELECT recording_on_release.position                            AS position,
       tidemark.recording_text(recording_on_release.recording)  AS isrc,
       recording.title                                          AS title,
       recording_on_release.is_primary                          AS is_primary
  FROM tidemark.recording_on_release
  LEFT JOIN tidemark.recording
    ON recording.bucket = tidemark.bucket_of(0, recording_on_release.recording)
       AND recording.code = recording_on_release.recording
 WHERE recording_on_release.bucket = tidemark.bucket_of($1::bigint, 0)
   AND recording_on_release.release = $1::bigint
   AND recording_on_release.until_version IS NULL
 ORDER BY recording_on_release.position, recording_on_release.recording;
