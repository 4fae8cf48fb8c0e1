-- Gives the amount of a cancelled request back to the payee's balance, once the ledgers are locked.
--   $1  payee      integer
--   $2  number     bigint
--   $3  booked_on  date
INSERT INTO tidemark.payee_entry (payee, currency, number, kind, accrual, request, amount, balance, booked_on)
SELECT entry.payee, entry.currency, last.number + 1, 'restored', entry.accrual, entry.request, -entry.amount,
       last.balance - entry.amount, $3::date
  FROM tidemark.payee_entry AS entry
 CROSS JOIN LATERAL tidemark.end_of_ledger(entry.payee, entry.currency) AS last
 WHERE entry.payee = $1::integer
   AND entry.request = $2::bigint
   AND entry.kind = 'requested';
