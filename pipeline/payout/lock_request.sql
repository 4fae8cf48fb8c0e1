-- A payment request, locked.
--   $1  number  bigint
--   →   payee     integer
--       key       text     the payee's
--       currency  text
--       amount    numeric
--       state     request_state
SELECT request.payee    AS payee,
       payee.key        AS key,
       request.currency AS currency,
       request.amount   AS amount,
       request.state    AS state
  FROM tidemark.payment_request AS request
  JOIN tidemark.payee ON payee.id = request.payee
 WHERE request.number = $1::bigint
   FOR UPDATE OF request;
