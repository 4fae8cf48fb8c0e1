-- Makes those requests anew, under their numbers, that the database has lost, once the ledgers are locked. What they carry is what the
-- ledger has left now.
--   $1  payments   jsonb  the rows of the run's payments.csv
--   $2  booked_on  date
--   $3  reason     text
WITH lost AS MATERIALIZED (
    SELECT payment.request, payee.id AS payee, payment.currency, payment.net, payment.first_accrual, payment.last_accrual,
           payment.execution_date,
           coalesce(last.number, 0) + row_number() OVER ledger AS entry_number,
           coalesce(last.balance, 0) - sum(payment.net) OVER ledger AS carried
      FROM jsonb_to_recordset($1::text::jsonb)
           AS payment (request bigint, payee_id text, currency text, net numeric, first_accrual bigint, last_accrual bigint,
                       execution_date date)
      JOIN tidemark.payee ON payee.key = payment.payee_id
      LEFT JOIN LATERAL tidemark.end_of_ledger(payee.id, payment.currency) AS last ON true
     WHERE NOT EXISTS (SELECT FROM tidemark.payment_request AS request WHERE request.number = payment.request)
    WINDOW ledger AS (PARTITION BY payee.id, payment.currency ORDER BY payment.request)
), counter AS (
    UPDATE tidemark.counter
       SET last = greatest(counter.last, (SELECT coalesce(max(lost.request), 0) FROM lost))
     WHERE counter.name = 'request'
), request AS (
    INSERT INTO tidemark.payment_request (payee, number, currency, accruals, amount, carried, made_on)
    SELECT lost.payee, lost.request, lost.currency, int8range(lost.first_accrual, lost.last_accrual, '[]'), lost.net,
           lost.carried, lost.execution_date
      FROM lost
), event AS (
    INSERT INTO tidemark.payment_request_event (payee, request, number, from_state, to_state, reason)
    SELECT lost.payee, lost.request, 1, NULL, 'proposed', $3::text
      FROM lost
)
INSERT INTO tidemark.payee_entry (payee, currency, number, kind, accrual, request, amount, balance, booked_on)
SELECT lost.payee, lost.currency, lost.entry_number, 'requested', lost.last_accrual, lost.request, -lost.net, lost.carried,
       $2::date
  FROM lost;
