-- What is wrong with the rows of artists.csv.
--   →   line     bigint
--       message  text
SELECT twice.line,
       format('artist "%s" stands in line %s already', twice.key, twice.first_line) AS message
  FROM (SELECT import_artist.line,
               import_artist.key,
               min(import_artist.line) OVER (PARTITION BY import_artist.key) AS first_line
          FROM pg_temp.import_artist
         WHERE import_artist.key IS NOT NULL) AS twice
 WHERE twice.line > twice.first_line
 UNION ALL
SELECT import_artist.line,
       format('label "%s" is neither in labels.csv nor in the catalogue', import_artist.label)
  FROM pg_temp.import_artist
 WHERE import_artist.label NOT IN (SELECT label.key FROM tidemark.label)
   AND import_artist.label NOT IN (SELECT import_label.key FROM pg_temp.import_label WHERE import_label.key IS NOT NULL);
