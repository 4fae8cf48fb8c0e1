-- Ends what is in force of a release that tracks.csv mentions and is not there as it is.
--   $1  version  bigint
UPDATE tidemark.recording_on_release AS placed
   SET until_version = $1::bigint
 WHERE placed.until_version IS NULL
   AND placed.release IN (SELECT import_track.release FROM pg_temp.import_track)
   AND NOT EXISTS (SELECT
                     FROM pg_temp.import_track
                    WHERE (import_track.release, import_track.recording, import_track.position, import_track.is_primary)
                          = (placed.release, placed.recording, placed.position, placed.is_primary));
