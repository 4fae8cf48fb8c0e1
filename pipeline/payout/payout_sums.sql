-- What a run's payments add up to, by currency, in its minor units.
--   $1  run  bigint
--   →   currency  text
--       amount    numeric
SELECT instruction.currency                                       AS currency,
       round(sum(instruction.amount), min(currency.minor_units))  AS amount
  FROM tidemark.instruction
  JOIN tidemark.currency ON currency.code = instruction.currency
 WHERE instruction.run = $1::bigint
 GROUP BY instruction.currency
 ORDER BY instruction.currency COLLATE "C";
