-- Brings what tracks.csv has and is not in force, once end_tracks has made room for it.
--   $1  version  bigint
INSERT INTO tidemark.recording_on_release (bucket, release, recording, position, is_primary, since_version)
SELECT tidemark.bucket_of(import_track.release, 0),
       import_track.release,
       import_track.recording,
       import_track.position,
       import_track.is_primary,
       $1::bigint
  FROM pg_temp.import_track
 WHERE NOT EXISTS (SELECT
                     FROM tidemark.recording_on_release AS placed
                    WHERE placed.until_version IS NULL
                      AND placed.bucket = tidemark.bucket_of(import_track.release, 0)
                      AND placed.release = import_track.release
                      AND placed.recording = import_track.recording);
