-- The accruals whose earnings a run pays, or some of them: the payees' ledgers say in which there are any.
--   $1  run  bigint
--   →   accrual  bigint
SELECT DISTINCT entry.accrual AS accrual
  FROM tidemark.payout_requests($1::bigint) AS paid
  JOIN tidemark.payee_entry AS entry
    ON entry.payee = paid.payee AND entry.currency = paid.currency
   AND entry.accrual BETWEEN paid.first_accrual AND paid.last_accrual
 WHERE entry.kind IN ('earned', 'reversed')
 ORDER BY entry.accrual;
