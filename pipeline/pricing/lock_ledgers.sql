-- Makes requests one run's at a time, whoever runs: the numbers are locked until the transaction ends, and what another run made
-- meanwhile is seen by the next statement.
--   →   last          bigint  request number
--       last_accrual  bigint  that is priced; 0 for none
SELECT counter.last AS last,
       (SELECT coalesce(max(pricing.accrual), 0) FROM tidemark.pricing) AS last_accrual
  FROM tidemark.counter
 WHERE counter.name = 'request'
   FOR UPDATE OF counter;
