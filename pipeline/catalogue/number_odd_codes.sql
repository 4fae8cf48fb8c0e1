-- Puts the numbers of odd codes where their texts stand, and makes codes of aliases.
DO $$
BEGIN
    UPDATE pg_temp.import_release AS here SET release = odd_code.code
      FROM tidemark.odd_code
     WHERE here.release = -1 AND odd_code.kind = 'release' AND odd_code.text = here.release_text;
    UPDATE pg_temp.import_track AS here SET release = odd_code.code
      FROM tidemark.odd_code
     WHERE here.release = -1 AND odd_code.kind = 'release' AND odd_code.text = here.release_text;
    UPDATE pg_temp.import_rate AS here SET release = odd_code.code
      FROM tidemark.odd_code
     WHERE here.release = -1 AND odd_code.kind = 'release' AND odd_code.text = here.release_text;
    UPDATE pg_temp.import_split AS here SET release = odd_code.code
      FROM tidemark.odd_code
     WHERE here.release = -1 AND odd_code.kind = 'release' AND odd_code.text = here.release_text;
    INSERT INTO pg_temp.alias_term (line, is_sound, kind, alias, target, validity)
    SELECT here.line,
           here.is_sound,
           here.kind::tidemark.code_kind,
           coalesce(CASE here.kind WHEN 'recording' THEN tidemark.isrc_code(here.alias)
                                   ELSE tidemark.gtin_code(here.alias)
                    END, odd_alias.code),
           CASE here.kind WHEN 'recording' THEN tidemark.isrc_code(here.target)
                          ELSE coalesce(tidemark.gtin_code(here.target), odd_target.code)
           END,
           daterange(here.valid_from, here.valid_to, '[]')
      FROM pg_temp.import_alias AS here
      LEFT JOIN tidemark.odd_code AS odd_alias ON odd_alias.kind::text = here.kind AND odd_alias.text = here.alias
      LEFT JOIN tidemark.odd_code AS odd_target ON odd_target.kind = 'release' AND odd_target.text = upper(here.target)
     WHERE here.kind IN ('recording', 'release');
END
$$;
