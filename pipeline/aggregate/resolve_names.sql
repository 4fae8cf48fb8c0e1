-- Where cells go, by what their rows named and the last day of their period, at a version of the catalogue. Aliases first; then
-- the release that the row names, never another one where it is not known; else the recording's home release. A recording
-- whose code is malformed waits even where a release is named; a well-formed one need not be known then.
--   $1  version  bigint
INSERT INTO pg_temp.resolution (named, played, period_to, reason, bucket, release, recording)
SELECT name.named,
       name.played,
       name.period_to,
       target.reason,
       CASE WHEN target.reason IS NULL THEN tidemark.bucket_of(target.release, 0) END,
       CASE WHEN target.reason IS NULL THEN target.release END,
       CASE WHEN target.reason IS NULL THEN meant.recording END
  FROM (SELECT DISTINCT cell.named, cell.played, cell.period_to FROM pg_temp.cell) AS name
  LEFT JOIN tidemark.alias AS recording_alias
    ON recording_alias.bucket = tidemark.bucket_of(name.played, 0)
   AND recording_alias.kind = 'recording'
   AND recording_alias.alias = name.played
   AND recording_alias.validity @> name.period_to
   AND tidemark.in_force(recording_alias.since_version, recording_alias.until_version, $1::bigint)
  LEFT JOIN tidemark.alias AS release_alias
    ON release_alias.bucket = tidemark.bucket_of(name.named, 0)
   AND release_alias.kind = 'release'
   AND release_alias.alias = name.named
   AND release_alias.validity @> name.period_to
   AND tidemark.in_force(release_alias.since_version, release_alias.until_version, $1::bigint)
 CROSS JOIN LATERAL (SELECT coalesce(release_alias.target, name.named)    AS release,
                            coalesce(recording_alias.target, name.played) AS recording) AS meant
  LEFT JOIN tidemark.release
    ON release.bucket = tidemark.bucket_of(meant.release, 0)
   AND release.code = meant.release
   AND release.since_version <= $1::bigint
  LEFT JOIN tidemark.recording
    ON recording.bucket = tidemark.bucket_of(0, meant.recording)
   AND recording.code = meant.recording
   AND recording.since_version <= $1::bigint
  LEFT JOIN tidemark.home_release($1::bigint) AS home ON home.recording = meant.recording
 CROSS JOIN LATERAL (SELECT CASE WHEN meant.release <> 0 THEN release.code ELSE home.release END AS release,
                            (CASE WHEN meant.recording < 0 THEN 'odd_recording'
                                  WHEN release.code IS NOT NULL THEN NULL
                                  WHEN meant.release < 0 THEN 'odd_release'
                                  WHEN meant.release > 0 THEN 'unknown_release'
                                  WHEN meant.recording = 0 THEN 'no_code'
                                  WHEN recording.code IS NULL THEN 'unknown_recording'
                                  WHEN home.recording IS NULL THEN 'no_release'
                                  WHEN home.release IS NULL THEN 'ambiguous_release'
                             END)::tidemark.suspense_reason               AS reason) AS target;
