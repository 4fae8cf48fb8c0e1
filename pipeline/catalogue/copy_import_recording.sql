-- The rows of recordings.csv, as the file's columns stand in import_file.c.
COPY pg_temp.import_recording (line, is_sound, recording, title, artist)
FROM STDIN (FORMAT binary);
