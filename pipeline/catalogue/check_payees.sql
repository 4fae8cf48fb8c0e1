-- What is wrong with the rows of payees.csv.
--   →   line     bigint
--       message  text
SELECT twice.line,
       format('payee "%s" stands in line %s already', twice.key, twice.first_line) AS message
  FROM (SELECT import_payee.line,
               import_payee.key,
               min(import_payee.line) OVER (PARTITION BY import_payee.key) AS first_line
          FROM pg_temp.import_payee
         WHERE import_payee.key IS NOT NULL) AS twice
 WHERE twice.line > twice.first_line;
