-- Where cells go, by what their rows named and the last day of their period, at a version of the catalogue: kept are only those
-- that do not stay under their names. Aliases first; then the release that the row names, never another one where it is not
-- known; else the recording's home release. A recording whose code is malformed waits even where a release is named; a
-- well-formed one need not be known then.
--
-- A chunk has each pair of names once. The series beside them tells the planner to expect a thousand in each: it would guess ten, and
-- look each name up in the catalogue by itself.
--   $1  accrual  bigint
--   $2  buckets  smallint[]
--   $3  version  bigint
INSERT INTO pg_temp.moved (bucket, named, played, period_to, reason, release_bucket, release, recording)
WITH name AS (
    SELECT pair.named,
           pair.played,
           pair.period_to
      FROM (SELECT unnest(usage.releases)   AS named,
                   unnest(usage.recordings) AS played,
                   generate_series(1, cardinality(usage.releases)),
                   usage.period_to
              FROM tidemark.accrual_batch
              JOIN tidemark.usage ON usage.batch = accrual_batch.id
             WHERE accrual_batch.accrual = $1::bigint
               AND usage.bucket = ANY ($2::smallint[])) AS pair
     UNION ALL
    SELECT held.named,
           held.played,
           held.period_to
      FROM pg_temp.held
), home AS (
    -- Of the recordings that are known; not looked up where all rows name a release.
    SELECT recording.code        AS recording,
           placed.recording IS NOT NULL AS is_placed,
           placed.release
      FROM tidemark.recording
      LEFT JOIN tidemark.home_release($3::bigint) AS placed ON placed.recording = recording.code
     WHERE recording.since_version <= $3::bigint
       AND (EXISTS (SELECT FROM pg_temp.chunk WHERE chunk.has_unnamed)
            OR EXISTS (SELECT FROM pg_temp.held WHERE held.named = 0))
)
SELECT DISTINCT
       tidemark.bucket_of(name.named, name.played),
       name.named,
       name.played,
       name.period_to,
       target.reason,
       CASE WHEN target.reason IS NULL THEN tidemark.bucket_of(target.release, 0) END,
       CASE WHEN target.reason IS NULL THEN target.release END,
       CASE WHEN target.reason IS NULL THEN meant.recording END
  FROM name
  LEFT JOIN tidemark.alias AS recording_alias
    ON recording_alias.bucket = tidemark.bucket_of(name.played, 0)
   AND recording_alias.kind = 'recording'
   AND recording_alias.alias = name.played
   AND recording_alias.validity @> name.period_to
   AND tidemark.in_force(recording_alias.since_version, recording_alias.until_version, $3::bigint)
  LEFT JOIN tidemark.alias AS release_alias
    ON release_alias.bucket = tidemark.bucket_of(name.named, 0)
   AND release_alias.kind = 'release'
   AND release_alias.alias = name.named
   AND release_alias.validity @> name.period_to
   AND tidemark.in_force(release_alias.since_version, release_alias.until_version, $3::bigint)
 CROSS JOIN LATERAL (SELECT coalesce(release_alias.target, name.named)    AS release,
                            coalesce(recording_alias.target, name.played) AS recording) AS meant
  LEFT JOIN tidemark.release
    ON release.bucket = tidemark.bucket_of(meant.release, 0)
   AND release.code = meant.release
   AND release.since_version <= $3::bigint
  LEFT JOIN home ON home.recording = meant.recording AND meant.release = 0
 CROSS JOIN LATERAL (SELECT CASE WHEN meant.release <> 0 THEN release.code ELSE home.release END AS release,
                            (CASE WHEN meant.recording < 0 THEN 'odd_recording'
                                  WHEN release.code IS NOT NULL THEN NULL
                                  WHEN meant.release < 0 THEN 'odd_release'
                                  WHEN meant.release > 0 THEN 'unknown_release'
                                  WHEN meant.recording = 0 THEN 'no_code'
                                  WHEN home.recording IS NULL THEN 'unknown_recording'
                                  WHEN NOT home.is_placed THEN 'no_release'
                                  WHEN home.release IS NULL THEN 'ambiguous_release'
                             END)::tidemark.suspense_reason               AS reason) AS target
 WHERE (target.release, meant.recording) IS DISTINCT FROM (name.named, name.played)
    OR target.reason IS NOT NULL;
