-- An instruction for each proposed request, with the payee as it is now: the bytes of the run's files come from these rows.
--   $1  run  bigint
INSERT INTO tidemark.instruction (payee, request, attempt, reference, run, currency, amount, payee_key, vendor_id, account_holder,
                                  iban, bic, clearing_system, clearing_code, account_number, country, remittance, period_from,
                                  period_to, first_accrual, last_accrual, uetr)
WITH period AS ( -- the service periods of what a request pays: chunks of the accruals in which its payee has entries
    SELECT request.number                AS request,
           min(earning.period_from)      AS first_day,
           max(earning.period_to)        AS last_day
      FROM tidemark.payment_request AS request
      JOIN tidemark.payee_entry AS entry
        ON entry.payee = request.payee AND entry.currency = request.currency AND entry.kind IN ('earned', 'reversed')
       AND entry.accrual >= lower(request.accruals) AND entry.accrual < upper(request.accruals)
      JOIN (SELECT DISTINCT line.accrual, line.kind, line.currency, line.period_from, line.period_to, line.payee
              FROM (SELECT part.accrual, part.kind, part.currency, part.period_from, part.period_to,
                           unnest(split.payees) AS payee
                      FROM (SELECT DISTINCT earning.bucket, earning.accrual, earning.kind, earning.currency,
                                   earning.period_from, earning.period_to, unnest(earning.splits) AS split
                              FROM tidemark.earning
                             WHERE earning.accrual IN (SELECT entry.accrual
                                                         FROM tidemark.payment_request AS request
                                                         JOIN tidemark.payee_entry AS entry
                                                           ON entry.payee = request.payee
                                                          AND entry.currency = request.currency
                                                          AND entry.accrual >= lower(request.accruals)
                                                          AND entry.accrual < upper(request.accruals)
                                                        WHERE request.state = 'proposed'
                                                          AND entry.kind IN ('earned', 'reversed'))) AS part
                      JOIN tidemark.split ON split.bucket = part.bucket AND split.id = part.split) AS line) AS earning
        ON earning.payee = request.payee AND earning.currency = request.currency AND earning.accrual = entry.accrual
       AND earning.kind::text = entry.kind::text
     WHERE request.state = 'proposed'
     GROUP BY request.number
)
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
  LEFT JOIN period ON period.request = request.number
 WHERE request.state = 'proposed';
