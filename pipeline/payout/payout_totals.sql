-- What a run pays, by currency.
--   $1  run  bigint
--   →   currency, payments, amount
SELECT instruction.currency                                      AS currency,
       count(*)                                                  AS payments,
       round(sum(instruction.amount), max(currency.minor_units)) AS amount
  FROM tidemark.instruction
  JOIN tidemark.currency ON currency.code = instruction.currency
 WHERE instruction.run = $1::bigint
 GROUP BY instruction.currency
 ORDER BY instruction.currency COLLATE "C";
