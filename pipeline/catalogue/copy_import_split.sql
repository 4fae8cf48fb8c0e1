-- The rows of splits.csv, as the file's columns stand in import_file.c.
COPY pg_temp.import_split (line, is_sound, release, release_text, recording, payee, share, valid_from, valid_to)
FROM STDIN (FORMAT binary);
