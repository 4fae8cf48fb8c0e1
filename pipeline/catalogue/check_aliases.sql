-- What is wrong with the rows of aliases.csv.
--   →   line     bigint
--       message  text
SELECT alias_term.line,
       format('%s "%s", which the alias is for, is neither in %ss.csv nor in the catalogue', alias_term.kind,
              import_alias.target, alias_term.kind) AS message
  FROM pg_temp.alias_term
  JOIN pg_temp.import_alias ON import_alias.line = alias_term.line
 WHERE import_alias.target IS NOT NULL
   AND NOT EXISTS (SELECT
                     FROM pg_temp.known_release
                    WHERE alias_term.kind = 'release' AND known_release.code = alias_term.target)
   AND NOT EXISTS (SELECT
                     FROM pg_temp.known_recording
                    WHERE alias_term.kind = 'recording' AND known_recording.code = alias_term.target)
 UNION ALL
SELECT alias_term.line,
       format('%s "%s" is an alias for itself', alias_term.kind, import_alias.alias)
  FROM pg_temp.alias_term
  JOIN pg_temp.import_alias ON import_alias.line = alias_term.line
 WHERE alias_term.alias = alias_term.target
 UNION ALL
SELECT later.line,
       format('%s "%s" is an alias on some of these days already, by line %s', later.kind, import_alias.alias, earlier.line)
  FROM pg_temp.alias_term AS later
  JOIN pg_temp.alias_term AS earlier
    ON earlier.kind = later.kind AND earlier.alias = later.alias AND earlier.validity && later.validity
   AND earlier.line < later.line
  JOIN pg_temp.import_alias ON import_alias.line = later.line
 WHERE earlier.is_sound AND later.is_sound
 UNION ALL
SELECT import_alias.line,
       format('territory "%s" is none that is known; expected two letters of ISO 3166-1', import_alias.target)
  FROM pg_temp.import_alias
 WHERE import_alias.kind = 'territory'
   AND import_alias.target NOT IN (SELECT territory.code FROM tidemark.territory)
 UNION ALL
SELECT import_alias.line,
       format('territory "%s" is known by itself; an alias cannot give it another meaning', import_alias.alias)
  FROM pg_temp.import_alias
 WHERE import_alias.kind = 'territory'
   AND import_alias.alias IN (SELECT territory.code FROM tidemark.territory)
 UNION ALL
SELECT import_alias.line,
       'the alias of a territory holds on all days: valid_from and valid_to must be empty'
  FROM pg_temp.import_alias
 WHERE import_alias.kind = 'territory' AND num_nonnulls(import_alias.valid_from, import_alias.valid_to) > 0
 UNION ALL
SELECT twice.line,
       format('territory alias "%s" stands in line %s already', twice.alias, twice.first_line)
  FROM (SELECT import_alias.line,
               import_alias.alias,
               min(import_alias.line) OVER (PARTITION BY import_alias.alias) AS first_line
          FROM pg_temp.import_alias
         WHERE import_alias.kind = 'territory' AND import_alias.alias IS NOT NULL) AS twice
 WHERE twice.line > twice.first_line;
