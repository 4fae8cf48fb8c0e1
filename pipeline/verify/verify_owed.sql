-- Owed is a function: pricing all usage anew, by the terms of the last accrual that is priced, gives for each payee and currency
-- what is earned, and for what waits the same streams and value.
--   →   compared  bigint  payees and currencies
--       breach    text    a sentence; null: none
WITH last AS (
    SELECT accrual.number AS accrual, accrual.catalogue_version AS version
      FROM tidemark.accrual
     WHERE accrual.number = (SELECT max(pricing.accrual) FROM tidemark.pricing)
), anew AS MATERIALIZED (
    SELECT price.payee, price.reason, price.currency,
           sum(price.amount) AS amount,
           sum(price.streams) AS streams,
           sum(price.monetised) AS monetised
      FROM last
     CROSS JOIN LATERAL tidemark.price(last.version, 1, last.accrual, NULL) AS price
     WHERE price.payee IS NOT NULL OR price.reason IS NOT NULL
     GROUP BY price.payee, price.reason, price.currency
), kept AS MATERIALIZED (
    SELECT priced.payee, priced.reason, priced.currency,
           sum(priced.amount) AS amount,
           sum(priced.streams) AS streams,
           sum(priced.monetised) AS monetised
      FROM tidemark.priced
     GROUP BY priced.payee, priced.reason, priced.currency
), breach AS (
    SELECT format('payee %s: %s %s are earned, all usage priced anew gives %s', payee.key,
                  trim_scale(coalesce(kept.amount, 0)), coalesce(kept.currency, anew.currency),
                  trim_scale(coalesce(anew.amount, 0))) AS sentence
      FROM (SELECT * FROM kept WHERE kept.payee IS NOT NULL) AS kept
      FULL JOIN (SELECT * FROM anew WHERE anew.payee IS NOT NULL) AS anew
        ON anew.payee = kept.payee AND anew.currency = kept.currency
      JOIN tidemark.payee ON payee.id = coalesce(kept.payee, anew.payee)
     WHERE coalesce(kept.amount, 0) <> coalesce(anew.amount, 0)
     UNION ALL
    SELECT format('suspense %s: %s streams, %s monetised wait, worth %s %s, and all usage priced anew gives %s, %s, %s',
                  coalesce(kept.reason, anew.reason), coalesce(kept.streams, 0), coalesce(kept.monetised, 0),
                  trim_scale(coalesce(kept.amount, 0)), coalesce(kept.currency, anew.currency), coalesce(anew.streams, 0),
                  coalesce(anew.monetised, 0), trim_scale(coalesce(anew.amount, 0)))
      FROM (SELECT * FROM kept WHERE kept.reason IS NOT NULL) AS kept
      FULL JOIN (SELECT * FROM anew WHERE anew.reason IS NOT NULL) AS anew
        ON anew.reason = kept.reason AND coalesce(anew.currency, '') = coalesce(kept.currency, '')
     WHERE (coalesce(kept.streams, 0), coalesce(kept.monetised, 0), coalesce(kept.amount, 0))
        <> (coalesce(anew.streams, 0), coalesce(anew.monetised, 0), coalesce(anew.amount, 0))
)
SELECT everything.compared AS compared,
       breach.sentence     AS breach
  FROM (SELECT count(*) AS compared FROM anew WHERE anew.payee IS NOT NULL) AS everything
  LEFT JOIN breach ON true
 ORDER BY breach.sentence COLLATE "C";
