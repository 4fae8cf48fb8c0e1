-- Numbers for the odd codes that an import names and the dictionary lacks.
INSERT INTO tidemark.odd_code (kind, text)
SELECT named.kind,
       named.text
  FROM (SELECT 'release'::tidemark.code_kind AS kind, import_release.release_text AS text
          FROM pg_temp.import_release
         WHERE import_release.release = -1
         UNION
        SELECT 'release', import_track.release_text
          FROM pg_temp.import_track
         WHERE import_track.release = -1
         UNION
        SELECT 'release', import_rate.release_text
          FROM pg_temp.import_rate
         WHERE import_rate.release = -1
         UNION
        SELECT 'release', import_split.release_text
          FROM pg_temp.import_split
         WHERE import_split.release = -1
         UNION
        SELECT 'release', import_alias.alias
          FROM pg_temp.import_alias
         WHERE import_alias.kind = 'release' AND tidemark.gtin_code(import_alias.alias) IS NULL
         UNION
        SELECT 'recording', import_alias.alias
          FROM pg_temp.import_alias
         WHERE import_alias.kind = 'recording' AND tidemark.isrc_code(import_alias.alias) IS NULL) AS named
 WHERE named.text IS NOT NULL
    ON CONFLICT (kind, text) DO NOTHING;
