-- What is wrong with the rows of labels.csv.
--   →   line     bigint
--       message  text
SELECT twice.line,
       format('label "%s" stands in line %s already', twice.key, twice.first_line) AS message
  FROM (SELECT import_label.line,
               import_label.key,
               min(import_label.line) OVER (PARTITION BY import_label.key) AS first_line
          FROM pg_temp.import_label
         WHERE import_label.key IS NOT NULL) AS twice
 WHERE twice.line > twice.first_line;
