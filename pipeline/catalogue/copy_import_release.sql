-- The rows of releases.csv, as the file's columns stand in import_file.c.
COPY pg_temp.import_release (line, is_sound, release, release_text, title, artist, released_on)
FROM STDIN (FORMAT binary);
