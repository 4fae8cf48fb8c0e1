-- The rows of rates.csv, as the file's columns stand in import_file.c.
COPY pg_temp.import_rate (line, is_sound, provider, territory, tier, release, release_text, recording, basis, currency, rate, valid_from, valid_to)
FROM STDIN (FORMAT binary);
