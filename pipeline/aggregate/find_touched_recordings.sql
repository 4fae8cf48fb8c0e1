-- Recordings whose cells may go elsewhere than before, as rows name them: those that have another home release or became
-- known, under all their names, and names that came to mean another recording. Where a release is named, the name of a
-- recording matters only if it could be in release usage before: it is well formed, or meant another one then; and to what waits only
-- if it is malformed or meant one that is, since what waits for its release does so whatever its recording.
--   $1  previous_version  bigint
--   $2  version           bigint
INSERT INTO pg_temp.touched_recording (played, where_named, bucket, waits_in, validity)
WITH changed AS (
    SELECT placed.recording
      FROM tidemark.recording_on_release AS placed
     WHERE (placed.since_version > $1::bigint AND placed.since_version <= $2::bigint)
        OR (placed.until_version > $1::bigint AND placed.until_version <= $2::bigint)
     UNION
    SELECT recording.code
      FROM tidemark.recording
     WHERE recording.since_version > $1::bigint AND recording.since_version <= $2::bigint
), moved AS (
    SELECT changed.recording,
           before.release AS release_before
      FROM changed
      LEFT JOIN LATERAL (SELECT home.* FROM tidemark.home_release($1::bigint) AS home
                          WHERE home.recording = changed.recording) AS before ON true
      LEFT JOIN LATERAL (SELECT home.* FROM tidemark.home_release($2::bigint) AS home
                          WHERE home.recording = changed.recording) AS after ON true
     WHERE before.recording IS NULL
        OR after.recording IS NULL
        OR before.release IS DISTINCT FROM after.release
)
SELECT moved.recording,
       false,
       tidemark.bucket_of(moved.release_before, 0),
       tidemark.bucket_of(0, moved.recording),
       daterange(NULL, NULL)
  FROM moved
 UNION ALL
SELECT alias.alias,
       false,
       tidemark.bucket_of(moved.release_before, 0),
       tidemark.bucket_of(0, alias.alias),
       daterange(NULL, NULL)
  FROM moved
  JOIN tidemark.alias ON alias.kind = 'recording' AND alias.target = moved.recording
 UNION ALL
SELECT alias.alias,
       alias.alias > 0 OR EXISTS (SELECT
                                    FROM tidemark.alias AS before
                                   WHERE before.bucket = alias.bucket
                                     AND before.kind = alias.kind
                                     AND before.alias = alias.alias
                                     AND before.since_version <= $1::bigint),
       NULL,
       CASE WHEN alias.alias > 0 AND alias.target > 0 THEN tidemark.bucket_of(0, alias.alias) END,
       alias.validity
  FROM tidemark.alias
 WHERE alias.kind = 'recording'
   AND ((alias.since_version > $1::bigint AND alias.since_version <= $2::bigint)
        OR (alias.until_version > $1::bigint AND alias.until_version <= $2::bigint));
