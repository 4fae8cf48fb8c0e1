-- The rows of tracks.csv, as the file's columns stand in import_file.c.
COPY pg_temp.import_track (line, is_sound, release, release_text, recording, position, is_primary)
FROM STDIN (FORMAT binary);
