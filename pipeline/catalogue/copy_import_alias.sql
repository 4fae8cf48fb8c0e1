-- The rows of aliases.csv, as the file's columns stand in import_file.c.
COPY pg_temp.import_alias (line, is_sound, kind, alias, target, valid_from, valid_to)
FROM STDIN (FORMAT binary);
