-- A payment request, locked.
--   $1  number  bigint
--   →   payee     integer
--       key       text     the payee's
--       currency  text
--       amount    numeric
--       state     request_state
--       later     bigint   the last live request of the payee in the currency that covers accruals behind its own; null: none
SELECT request.payee    AS payee,
       payee.key        AS key,
       request.currency AS currency,
       request.amount   AS amount,
       request.state    AS state,
       (SELECT max(later.number)
          FROM tidemark.payment_request AS later
         WHERE later.payee = request.payee
           AND later.currency = request.currency
           AND later.state <> 'cancelled'
           AND upper(later.accruals) > upper(request.accruals)) AS later
  FROM tidemark.payment_request AS request
  JOIN tidemark.payee ON payee.id = request.payee
 WHERE request.number = $1::bigint
   FOR UPDATE OF request;
