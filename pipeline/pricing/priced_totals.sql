-- What an accrual came to.
--   $1  accrual  bigint
--   →   accrual, part, currency, rated, earned, suspended
SELECT pricing_total.accrual                    AS accrual,
       pricing_total.part                       AS part,
       pricing_total.currency                   AS currency,
       trim_scale(sum(pricing_total.rated))     AS rated,
       trim_scale(sum(pricing_total.earned))    AS earned,
       trim_scale(sum(pricing_total.suspended)) AS suspended
  FROM tidemark.pricing_total
 WHERE pricing_total.accrual = $1::bigint
 GROUP BY pricing_total.accrual, pricing_total.part, pricing_total.currency
 ORDER BY pricing_total.part, pricing_total.currency COLLATE "C";
