-- The log of accruals, locked until the transaction ends: who holds it alone opens the next one.
--   →   last  bigint  number of the last accrual, 0 for none
SELECT counter.last
  FROM tidemark.counter
 WHERE counter.name = 'accrual'
   FOR UPDATE;
