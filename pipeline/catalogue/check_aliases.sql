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
SELECT greatest(term.line, -term.before[2]),
       format('%s "%s" is an alias on some of these days already, by line %s', term.kind, import_alias.alias,
              least(term.line, -term.before[2]))
  FROM (SELECT alias_term.line,
               alias_term.kind,
               coalesce(lower(alias_term.validity) - date '2000-01-01', -2147483648) AS first_day,
               -- of the terms that begin before it, the last day that one of them has, and its line
               max(ARRAY[coalesce(upper(alias_term.validity) - 1 - date '2000-01-01', 2147483647), -alias_term.line]) OVER earlier AS before
          FROM pg_temp.alias_term
         WHERE alias_term.is_sound AND alias_term.alias IS NOT NULL
        WINDOW earlier AS (PARTITION BY alias_term.kind, alias_term.alias
                           ORDER BY coalesce(lower(alias_term.validity) - date '2000-01-01', -2147483648), alias_term.line
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS term
  JOIN pg_temp.import_alias ON import_alias.line = term.line
 WHERE term.before[1] >= term.first_day
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
