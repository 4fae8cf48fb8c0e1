-- What is wrong with the rows of payees.csv.
--   →   line     bigint
--       message  text
WITH banked_elsewhere (iban_country, countries) AS ( -- whose IBANs are those of another country
    VALUES ('GB', '{GG,IM,JE}'::text[]),
           ('FR', '{BL,GF,GP,MF,MQ,NC,PF,PM,RE,TF,WF,YT}')
), bic AS (
    SELECT import_payee.line, import_payee.bic,
           substr(import_payee.bic, 5, 2)              AS country,
           nullif(substr(import_payee.iban, 1, 2), '') AS iban_country
      FROM pg_temp.import_payee
     WHERE import_payee.bic <> ''
), clearing AS (
    SELECT import_payee.line, import_payee.clearing_system AS system, import_payee.clearing_code AS code
      FROM pg_temp.import_payee
)
SELECT twice.line,
       format('payee "%s" stands in line %s already', twice.key, twice.first_line) AS message
  FROM (SELECT import_payee.line,
               import_payee.key,
               min(import_payee.line) OVER (PARTITION BY import_payee.key) AS first_line
          FROM pg_temp.import_payee
         WHERE import_payee.key IS NOT NULL) AS twice
 WHERE twice.line > twice.first_line
 UNION ALL
SELECT import_payee.line,
       format('country "%s" is none that is known; expected two letters of ISO 3166-1', import_payee.country)
  FROM pg_temp.import_payee
 WHERE import_payee.country <> '' AND import_payee.country NOT IN (SELECT territory.code FROM tidemark.territory)
 UNION ALL
SELECT bic.line,
       format('BIC %s is of "%s", which is no country; ask the payee for it again', bic.bic, bic.country)
  FROM bic
 WHERE bic.country NOT IN (SELECT territory.code FROM tidemark.territory)
 UNION ALL
SELECT bic.line,
       format('BIC %s is of %s, the IBAN of %s; ask the payee which is right', bic.bic, bic.country, bic.iban_country)
  FROM bic
 WHERE bic.country IN (SELECT territory.code FROM tidemark.territory)
   AND bic.country <> bic.iban_country
   AND NOT EXISTS (SELECT
                     FROM banked_elsewhere AS bank
                    WHERE bank.iban_country = bic.iban_country AND bic.country = ANY (bank.countries))
 UNION ALL
SELECT clearing.line,
       format('routing number %s: expected 9 digits', clearing.code)
  FROM clearing
 WHERE clearing.system = 'USABA' AND clearing.code !~ '^[0-9]{9}$'
 UNION ALL
SELECT clearing.line,
       format('routing number %s: check digit wrong; ask the payee for it again', clearing.code)
  FROM clearing
 WHERE clearing.system = 'USABA' AND clearing.code ~ '^[0-9]{9}$'
   AND (SELECT sum(digit.value::integer * (ARRAY[1, 3, 7])[1 + digit.place % 3])
          FROM string_to_table(clearing.code, NULL) WITH ORDINALITY AS digit (value, place)) % 10 <> 0
 UNION ALL
SELECT clearing.line,
       format('sort code %s: expected 6 digits', clearing.code)
  FROM clearing
 WHERE clearing.system = 'GBDSC' AND clearing.code !~ '^[0-9]{6}$';
