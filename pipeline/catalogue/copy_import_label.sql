-- The rows of labels.csv, as the file's columns stand in import_file.c.
COPY pg_temp.import_label (line, is_sound, key, name)
FROM STDIN (FORMAT binary);
