-- Makes payment requests: for each payee and currency what the balance comes to in whole units, where that reaches the payee's
-- minimum. What is cut off stays on the balance, and so does all of it below the minimum; a request covers the accruals since the
-- payee's last one in that currency. Numbers go by payee and currency, without gaps. The ledgers are locked.
--
-- The balance is read off the ledger's last entry. Of each payee who gets a request it is added up again from the last one on: what
-- came before was added up for that one.
--   $1  last_accrual  bigint  that is priced
--   $2  made_on       date
--   $3  payees        text[]  their keys; null for all
--   →   request, payee, currency, amount, carried, first_accrual, last_accrual
WITH due AS MATERIALIZED (
    SELECT ledger.payee, ledger.currency, ledger.number, ledger.balance, payee.key,
           trunc(ledger.balance, currency.minor_units) AS amount,
           covered.next_accrual AS first_accrual
      FROM tidemark.ledger_end AS ledger
      JOIN tidemark.payee ON payee.id = ledger.payee
      JOIN tidemark.currency ON currency.code = ledger.currency -- without minor units it is not payable: null below
     CROSS JOIN LATERAL (SELECT coalesce(max(upper(request.accruals)), 1) AS next_accrual
                           FROM tidemark.payment_request AS request
                          WHERE request.payee = ledger.payee AND request.currency = ledger.currency
                            AND request.state <> 'cancelled') AS covered
     WHERE trunc(ledger.balance, currency.minor_units) > 0
       AND trunc(ledger.balance, currency.minor_units) >= payee.minimum
       AND covered.next_accrual <= $1::bigint
       AND ($3::text[] IS NULL OR payee.key = ANY ($3::text[]))
), payable AS MATERIALIZED (
    SELECT due.payee, due.key, due.currency, due.amount, due.balance - due.amount AS carried, due.first_accrual, due.number
      FROM due
      LEFT JOIN LATERAL (SELECT entry.number, entry.balance
                           FROM tidemark.payee_entry AS entry
                          WHERE entry.payee = due.payee AND entry.currency = due.currency AND entry.kind = 'requested'
                          ORDER BY entry.number DESC
                          LIMIT 1) AS last ON true
     CROSS JOIN LATERAL (SELECT coalesce(last.number, 0) + count(*) AS number,
                                coalesce(last.balance, 0) + coalesce(sum(entry.amount), 0) AS balance
                           FROM tidemark.payee_entry AS entry
                          WHERE entry.payee = due.payee AND entry.currency = due.currency
                            AND entry.number > coalesce(last.number, 0)) AS again
     WHERE (due.number, due.balance) = (again.number, again.balance)
        OR tidemark.refuse(70, format('payee %s: the ledger ends with entry %s and balance %s %s, but its entries give %s and %s',
                                      due.key, due.number, trim_scale(due.balance), due.currency, again.number,
                                      trim_scale(again.balance)))
), numbers AS (
    UPDATE tidemark.counter
       SET last = counter.last + (SELECT count(*) FROM payable)
     WHERE counter.name = 'request'
    RETURNING counter.last - (SELECT count(*) FROM payable) AS before
), numbered AS MATERIALIZED (
    SELECT payable.*,
           numbers.before + row_number() OVER (ORDER BY payable.key COLLATE "C", payable.currency COLLATE "C") AS request
      FROM payable
     CROSS JOIN numbers
), request AS (
    INSERT INTO tidemark.payment_request (payee, number, currency, accruals, amount, carried, made_on)
    SELECT numbered.payee, numbered.request, numbered.currency, int8range(numbered.first_accrual, $1::bigint, '[]'),
           numbered.amount, numbered.carried, $2::date
      FROM numbered
), event AS (
    INSERT INTO tidemark.payment_request_event (payee, request, number, from_state, to_state, reason)
    SELECT numbered.payee, numbered.request, 1, NULL, 'proposed', 'made by request'
      FROM numbered
), entry AS (
    INSERT INTO tidemark.payee_entry (payee, currency, number, kind, accrual, request, amount, balance, booked_on)
    SELECT numbered.payee, numbered.currency, numbered.number + 1, 'requested', $1::bigint, numbered.request, -numbered.amount,
           numbered.carried, $2::date
      FROM numbered
)
SELECT numbered.request             AS request,
       numbered.key                 AS payee,
       numbered.currency            AS currency,
       numbered.amount              AS amount,
       trim_scale(numbered.carried) AS carried,
       numbered.first_accrual       AS first_accrual,
       $1::bigint                   AS last_accrual
  FROM numbered
 ORDER BY numbered.request;
