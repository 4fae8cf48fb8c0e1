-- What is wrong with the rows of recordings.csv.
--   →   line     bigint
--       message  text
SELECT twice.line,
       format('recording "%s" stands in line %s already', tidemark.recording_text(twice.recording), twice.first_line) AS message
  FROM (SELECT import_recording.line,
               import_recording.recording,
               min(import_recording.line) OVER (PARTITION BY import_recording.recording) AS first_line
          FROM pg_temp.import_recording
         WHERE import_recording.recording IS NOT NULL) AS twice
 WHERE twice.line > twice.first_line
 UNION ALL
SELECT import_recording.line,
       format('artist "%s" is neither in artists.csv nor in the catalogue', import_recording.artist)
  FROM pg_temp.import_recording
 WHERE NOT EXISTS (SELECT FROM pg_temp.known_artist WHERE known_artist.key = import_recording.artist)
   AND import_recording.artist IS NOT NULL;
