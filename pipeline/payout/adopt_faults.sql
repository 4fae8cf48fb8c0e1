-- What stands against taking over the payments of a run: a sentence each.
--   $1  payments  jsonb  the rows of its payments.csv
--   →   fault     text
WITH payment AS (
    SELECT payment.request, payment.payee_id, payment.currency, payment.net, payment.first_accrual, payment.last_accrual,
           payee.id AS payee
      FROM jsonb_to_recordset($1::text::jsonb)
           AS payment (request bigint, payee_id text, currency text, net numeric, first_accrual bigint, last_accrual bigint)
      LEFT JOIN tidemark.payee ON payee.key = payment.payee_id
)
SELECT format('payee "%s" is not in the database: import the catalogue first', payment.payee_id) AS fault
  FROM payment
 WHERE payment.payee IS NULL
 UNION ALL
SELECT format('request %s pays %s %s to %s, in the database it is %s %s to %s, %s', payment.request, payment.net,
              payment.currency, payment.payee_id, request.amount, request.currency, payee.key, request.state)
  FROM payment
  JOIN tidemark.payment_request AS request ON request.number = payment.request
  JOIN tidemark.payee ON payee.id = request.payee
 WHERE (request.payee, request.currency, request.amount) IS DISTINCT FROM (payment.payee, payment.currency, payment.net)
    OR request.state <> 'proposed'
 UNION ALL
SELECT format('request %s pays accruals %s to %s to %s, request %s of the database covers some of them: cancel it first',
              payment.request, payment.first_accrual, payment.last_accrual, payment.payee_id, request.number)
  FROM payment
  JOIN tidemark.payment_request AS request
    ON request.payee = payment.payee AND request.currency = payment.currency AND request.number <> payment.request
   AND request.state <> 'cancelled'
   AND request.accruals && int8range(payment.first_accrual, payment.last_accrual, '[]')
 ORDER BY fault;
