-- Tiers in small letters and territories in capitals, as reports are counted (report/row_values.c): letters of ASCII alone.
DO $$
BEGIN
    UPDATE pg_temp.import_rate AS here SET tier = lower(here.tier COLLATE "C")
     WHERE here.tier <> lower(here.tier COLLATE "C");
    UPDATE pg_temp.import_alias AS here SET alias = upper(here.alias COLLATE "C")
     WHERE here.kind = 'territory' AND here.alias <> upper(here.alias COLLATE "C");
END
$$;
