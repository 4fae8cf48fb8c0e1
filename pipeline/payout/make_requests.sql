-- Makes payment requests: for each payee and currency what the balance comes to in whole units, where that reaches the payee's
-- minimum. What is cut off stays on the balance, and so does all of it below the minimum; a request covers the accruals since the
-- payee's last one in that currency. Numbers go by payee and currency, without gaps.
--   $1  last_accrual  bigint  that is priced
--   $2  made_on       date
--   $3  payees        text[]  their keys; null for all
--   →   request, payee, currency, amount, carried, first_accrual, last_accrual
WITH balance AS (
    SELECT entry.payee, entry.currency, sum(entry.amount) AS amount
      FROM tidemark.payee_entry AS entry
     GROUP BY entry.payee, entry.currency
), covered AS (
    SELECT request.payee, request.currency, max(upper(request.accruals)) AS next_accrual
      FROM tidemark.payment_request AS request
     WHERE request.state <> 'cancelled'
     GROUP BY request.payee, request.currency
), payable AS MATERIALIZED (
    SELECT payee.id                               AS payee,
           payee.key                              AS key,
           balance.currency                       AS currency,
           trunc(balance.amount, currency.minor_units) AS amount,
           balance.amount - trunc(balance.amount, currency.minor_units) AS carried,
           coalesce(covered.next_accrual, 1)      AS first_accrual
      FROM balance
      JOIN tidemark.payee ON payee.id = balance.payee
      JOIN tidemark.currency ON currency.code = balance.currency -- without minor units it is not payable: null below
      LEFT JOIN covered ON covered.payee = balance.payee AND covered.currency = balance.currency
     WHERE trunc(balance.amount, currency.minor_units) > 0
       AND trunc(balance.amount, currency.minor_units) >= payee.minimum
       AND coalesce(covered.next_accrual, 1) <= $1::bigint
       AND ($3::text[] IS NULL OR payee.key = ANY ($3::text[]))
), numbers AS (
    UPDATE tidemark.counter
       SET last = counter.last + (SELECT count(*) FROM payable)
     WHERE counter.name = 'request'
    RETURNING counter.last - (SELECT count(*) FROM payable) AS before
), numbered AS MATERIALIZED (
    SELECT payable.*,
           numbers.before + row_number() OVER (ORDER BY payable.key COLLATE "C", payable.currency COLLATE "C") AS number
      FROM payable
     CROSS JOIN numbers
), request AS (
    INSERT INTO tidemark.payment_request (payee, number, currency, accruals, amount, carried, made_on)
    SELECT numbered.payee, numbered.number, numbered.currency, int8range(numbered.first_accrual, $1::bigint, '[]'),
           numbered.amount, numbered.carried, $2::date
      FROM numbered
), event AS (
    INSERT INTO tidemark.payment_request_event (payee, request, number, from_state, to_state, reason)
    SELECT numbered.payee, numbered.number, 1, NULL, 'proposed', 'made by request'
      FROM numbered
), entry AS (
    INSERT INTO tidemark.payee_entry (payee, currency, kind, accrual, request, amount, booked_on)
    SELECT numbered.payee, numbered.currency, 'requested', $1::bigint, numbered.number, -numbered.amount, $2::date
      FROM numbered
)
SELECT numbered.number              AS request,
       numbered.key                 AS payee,
       numbered.currency            AS currency,
       numbered.amount              AS amount,
       trim_scale(numbered.carried) AS carried,
       numbered.first_accrual       AS first_accrual,
       $1::bigint                   AS last_accrual
  FROM numbered
 ORDER BY numbered.number;
