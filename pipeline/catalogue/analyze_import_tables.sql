-- Temporary tables have no statistics of themselves, and the plans of what follows need their sizes.
DO $$
BEGIN
    ANALYZE pg_temp.import_artist, pg_temp.import_release, pg_temp.import_recording, pg_temp.import_track,
            pg_temp.import_rate, pg_temp.import_split, pg_temp.alias_term;
END
$$;
