-- What is wrong with the rows of tracks.csv. A file's tracks of a release replace all that it has, so those of other releases
-- count where a recording may have one primary release only.
--   →   line     bigint
--       message  text
WITH replaced AS (
    SELECT DISTINCT import_track.release
      FROM pg_temp.import_track
     WHERE import_track.release IS NOT NULL
), kept AS (
    SELECT placed.release,
           placed.recording
      FROM tidemark.recording_on_release AS placed
     WHERE placed.until_version IS NULL
       AND placed.is_primary
       AND placed.release NOT IN (SELECT replaced.release FROM replaced)
), closed AS (
    SELECT release.code,
           release.state
      FROM replaced
      JOIN tidemark.release ON release.bucket = tidemark.bucket_of(replaced.release, 0) AND release.code = replaced.release
     WHERE release.state IN ('approved', 'set_for_distribution')
        OR (release.state = 'withdrawn' AND release.distributed_at IS NULL)
), on_closed AS (
    SELECT placed.release,
           placed.recording
      FROM closed
      JOIN tidemark.recording_on_release AS placed
        ON placed.bucket = tidemark.bucket_of(closed.code, 0) AND placed.release = closed.code
       AND placed.until_version IS NULL
)
SELECT twice.line,
       format('recording "%s" stands on release "%s" in line %s already', tidemark.recording_text(twice.recording),
              tidemark.release_text(twice.release), twice.first_line) AS message
  FROM (SELECT import_track.line,
               import_track.release,
               import_track.recording,
               min(import_track.line) OVER (PARTITION BY import_track.release, import_track.recording) AS first_line
          FROM pg_temp.import_track
         WHERE import_track.release IS NOT NULL AND import_track.recording IS NOT NULL) AS twice
 WHERE twice.line > twice.first_line
 UNION ALL
SELECT import_track.line,
       format('release "%s" is neither in releases.csv nor in the catalogue', tidemark.release_text(import_track.release))
  FROM pg_temp.import_track
 WHERE import_track.release IS NOT NULL
   AND NOT EXISTS (SELECT FROM pg_temp.known_release WHERE known_release.code = import_track.release)
 UNION ALL
SELECT import_track.line,
       format('recording "%s" is neither in recordings.csv nor in the catalogue',
              tidemark.recording_text(import_track.recording))
  FROM pg_temp.import_track
 WHERE import_track.recording IS NOT NULL
   AND NOT EXISTS (SELECT FROM pg_temp.known_recording WHERE known_recording.code = import_track.recording)
 UNION ALL
SELECT primary_track.line,
       format('recording "%s" has a primary release already, "%s"%s; it may have one',
              tidemark.recording_text(primary_track.recording), tidemark.release_text(primary_track.other_release),
              ' in line ' || primary_track.other_line)
  FROM (SELECT import_track.line,
               import_track.recording,
               first_value(import_track.release) OVER by_line AS other_release,
               first_value(import_track.line) OVER by_line    AS other_line
          FROM pg_temp.import_track
         WHERE import_track.is_primary AND import_track.recording IS NOT NULL AND import_track.release IS NOT NULL
        WINDOW by_line AS (PARTITION BY import_track.recording ORDER BY import_track.line)
         UNION ALL
        SELECT import_track.line,
               import_track.recording,
               kept.release,
               NULL
          FROM pg_temp.import_track
          JOIN kept ON kept.recording = import_track.recording
         WHERE import_track.is_primary) AS primary_track
 WHERE primary_track.other_line IS NULL OR primary_track.line > primary_track.other_line
 UNION ALL
SELECT import_track.line,
       format('release "%s" is %s: songs can be added only before approval; found "%s", which is not on it',
              tidemark.release_text(closed.code), closed.state, tidemark.recording_text(import_track.recording))
  FROM pg_temp.import_track
  JOIN closed ON closed.code = import_track.release
 WHERE import_track.recording IS NOT NULL
   AND NOT EXISTS (SELECT
                     FROM on_closed
                    WHERE on_closed.release = import_track.release AND on_closed.recording = import_track.recording)
 UNION ALL
SELECT (SELECT min(import_track.line) FROM pg_temp.import_track WHERE import_track.release = on_closed.release),
       format('release "%s" is %s: its songs can change only before approval; "%s", which is on it, is missing',
              tidemark.release_text(closed.code), closed.state, tidemark.recording_text(on_closed.recording))
  FROM on_closed
  JOIN closed ON closed.code = on_closed.release
 WHERE NOT EXISTS (SELECT
                     FROM pg_temp.import_track
                    WHERE import_track.release = on_closed.release
                      AND (import_track.recording = on_closed.recording OR NOT import_track.is_sound));
