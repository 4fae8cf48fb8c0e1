-- The instructions of a run that is taken over.
--   $1  run       bigint
--   $2  payments  jsonb  the rows of its payments.csv
INSERT INTO tidemark.instruction (payee, request, attempt, reference, run, state, currency, amount, payee_key, vendor_id,
                                  account_holder, iban, bic, clearing_system, clearing_code, account_number, country,
                                  remittance, period_from, period_to, first_accrual, last_accrual, uetr)
SELECT payee.id, payment.request, payment.attempt, payment.instruction, $1::bigint, 'released', payment.currency, payment.net,
       payment.payee_id, payment.vendor_id, payment.account_holder, payment.iban, payment.bic, payment.clearing_system,
       payment.clearing_code, payment.account_number, payment.country, payment.remittance,
       nullif(payment.period_from, '')::date, nullif(payment.period_to, '')::date, payment.first_accrual, payment.last_accrual,
       payment.uetr
  FROM jsonb_to_recordset($2::text::jsonb)
       AS payment (request bigint, attempt integer, instruction text, payee_id text, vendor_id text, account_holder text,
                   iban text, bic text, clearing_system text, clearing_code text, account_number text, country text,
                   currency text, net numeric, remittance text, period_from text, period_to text, first_accrual bigint,
                   last_accrual bigint, uetr uuid)
  JOIN tidemark.payee ON payee.key = payment.payee_id;
