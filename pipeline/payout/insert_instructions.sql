-- An instruction for each of these requests, with the payee as it is now: the bytes of the run's files come from these rows.
--   $1  run       bigint
--   $2  requests  bigint[]
INSERT INTO tidemark.instruction (payee, request, attempt, reference, run, currency, amount, payee_key, vendor_id, account_holder,
                                  iban, bic, clearing_system, clearing_code, account_number, country, remittance, period_from,
                                  period_to, first_accrual, last_accrual, uetr)
SELECT request.payee,
       request.number,
       attempt.number,
       format('P%s-%s', tidemark.padded(request.number, 9), attempt.number),
       $1::bigint,
       request.currency,
       request.amount,
       payee.key,
       payee.vendor_id,
       coalesce(nullif(payee.account_holder, ''), payee.name),
       payee.iban,
       payee.bic,
       payee.clearing_system,
       payee.clearing_code,
       payee.account_number,
       payee.country,
       format('Royalties P%s to %s', tidemark.padded(request.number, 9), coalesce(period.last_day, request.made_on)),
       period.first_day,
       period.last_day,
       lower(request.accruals),
       upper(request.accruals) - 1,
       gen_random_uuid()
  FROM tidemark.payment_request AS request
  JOIN tidemark.payee ON payee.id = request.payee
 CROSS JOIN LATERAL (SELECT count(*) + 1 AS number
                       FROM tidemark.instruction AS earlier
                      WHERE earlier.payee = request.payee AND earlier.request = request.number) AS attempt
 CROSS JOIN LATERAL ( -- the service periods of what it pays: its own accruals, not the payee's whole ledger
        SELECT min(entry.first_day) AS first_day,
               max(entry.last_day)  AS last_day
          FROM tidemark.payee_entry AS entry
         WHERE entry.payee = request.payee
           AND entry.currency = request.currency
           AND entry.kind IN ('earned', 'reversed')
           AND entry.accrual >= lower(request.accruals)
           AND entry.accrual < upper(request.accruals)
        OFFSET 0) AS period
 WHERE request.number = ANY ($2::bigint[]);
