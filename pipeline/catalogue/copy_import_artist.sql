-- The rows of artists.csv, as the file's columns stand in import_file.c.
COPY pg_temp.import_artist (line, is_sound, key, name, label)
FROM STDIN (FORMAT binary);
