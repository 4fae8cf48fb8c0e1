-- Gives the amount of a cancelled request back to the payee's balance.
--   $1  payee      integer
--   $2  number     bigint
--   $3  booked_on  date
INSERT INTO tidemark.payee_entry (payee, currency, kind, accrual, request, amount, booked_on)
SELECT entry.payee, entry.currency, 'restored', entry.accrual, entry.request, -entry.amount, $3::date
  FROM tidemark.payee_entry AS entry
 WHERE entry.payee = $1::integer
   AND entry.request = $2::bigint
   AND entry.kind = 'requested';
