-- The requests that are proposed, locked until the run that pays them is committed. A payment needs an account: one of the payee's, or
-- the number under which the house's own accounts know the payee.
--   →   number       bigint
--       payee        text
--       has_account  boolean  else it cannot be paid, and waits
SELECT request.number                                                          AS number,
       payee.key                                                               AS payee,
       payee.iban <> '' OR payee.account_number <> '' OR payee.vendor_id <> '' AS has_account
  FROM tidemark.payment_request AS request
  JOIN tidemark.payee ON payee.id = request.payee
 WHERE request.state = 'proposed'
 ORDER BY request.number
   FOR UPDATE OF request;
