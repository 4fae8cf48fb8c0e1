-- Owed is a function: pricing all usage anew, by the terms of the last accrual that is priced, gives for each payee and currency
-- what is entered as earned, and for what waits the same streams and value.
--   →   compared  bigint  payees and currencies
--       breach    text    a sentence; null: none
WITH last AS (
    SELECT accrual.number AS accrual, accrual.catalogue_version AS version
      FROM tidemark.accrual
     WHERE accrual.number = (SELECT max(pricing.accrual) FROM tidemark.pricing)
), anew AS MATERIALIZED (
    SELECT price.bucket, price.rate, price.split, price.reason, price.currency,
           sum(price.worth) AS worth,
           sum(price.streams) AS streams,
           sum(price.monetised) AS monetised
      FROM last
     CROSS JOIN LATERAL tidemark.price(last.version, last.accrual) AS price
     WHERE price.split IS NOT NULL OR price.reason IS NOT NULL
     GROUP BY price.bucket, price.rate, price.split, price.reason, price.currency
), earned_anew AS (
    SELECT line.payee, line.currency, sum(line.worth * line.share) AS amount
      FROM (SELECT anew.currency, anew.worth, unnest(split.payees) AS payee, unnest(split.shares) AS share
              FROM anew
              JOIN tidemark.split ON split.bucket = anew.bucket AND split.id = anew.split) AS line
     GROUP BY line.payee, line.currency
), earned AS (
    SELECT entry.payee, entry.currency, sum(entry.amount) AS amount
      FROM tidemark.payee_entry AS entry
     WHERE entry.kind IN ('earned', 'reversed')
     GROUP BY entry.payee, entry.currency
), waiting_anew AS (
    SELECT anew.reason, anew.currency, sum(anew.worth) AS worth, sum(anew.streams) AS streams,
           sum(anew.monetised) AS monetised
      FROM anew
     WHERE anew.reason IS NOT NULL
     GROUP BY anew.reason, anew.currency
), waiting AS (
    SELECT suspense.reason, suspense.value_currency AS currency, sum(suspense.value) AS worth,
           sum(suspense.streams) AS streams, sum(suspense.monetised) AS monetised
      FROM tidemark.suspense
     WHERE suspense.reason IN ('no_rate', 'no_split')
       AND suspense.accrual <= (SELECT last.accrual FROM last)
     GROUP BY suspense.reason, suspense.value_currency
), breach AS (
    SELECT format('payee %s: %s %s are earned, all usage priced anew gives %s', payee.key,
                  trim_scale(coalesce(earned.amount, 0)), coalesce(earned.currency, earned_anew.currency),
                  trim_scale(coalesce(earned_anew.amount, 0))) AS sentence
      FROM earned
      FULL JOIN earned_anew ON earned_anew.payee = earned.payee AND earned_anew.currency = earned.currency
      JOIN tidemark.payee ON payee.id = coalesce(earned.payee, earned_anew.payee)
     WHERE coalesce(earned.amount, 0) <> coalesce(earned_anew.amount, 0)
     UNION ALL
    SELECT format('suspense %s: %s streams, %s monetised wait, worth %s %s, and all usage priced anew gives %s, %s, %s',
                  coalesce(waiting.reason, waiting_anew.reason), coalesce(waiting.streams, 0), coalesce(waiting.monetised, 0),
                  trim_scale(coalesce(waiting.worth, 0)), coalesce(waiting.currency, waiting_anew.currency),
                  coalesce(waiting_anew.streams, 0), coalesce(waiting_anew.monetised, 0),
                  trim_scale(coalesce(waiting_anew.worth, 0)))
      FROM waiting
      FULL JOIN waiting_anew
        ON waiting_anew.reason = waiting.reason AND coalesce(waiting_anew.currency, '') = coalesce(waiting.currency, '')
     WHERE (coalesce(waiting.streams, 0), coalesce(waiting.monetised, 0), coalesce(waiting.worth, 0))
        <> (coalesce(waiting_anew.streams, 0), coalesce(waiting_anew.monetised, 0), coalesce(waiting_anew.worth, 0))
)
SELECT everything.compared AS compared,
       breach.sentence     AS breach
  FROM (SELECT count(*) AS compared FROM earned_anew) AS everything
  LEFT JOIN breach ON true
 ORDER BY breach.sentence COLLATE "C";
