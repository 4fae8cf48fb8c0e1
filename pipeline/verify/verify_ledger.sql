-- The payees' ledgers say what was earned and taken back, what was requested, and what was given back; nothing else moves them.
--   →   compared  bigint  entries
--       breach    text    a sentence; null: none
WITH expected AS (
    SELECT earning.payee, earning.currency, earning.kind::text AS kind, earning.accrual AS number, sum(earning.amount) AS amount
      FROM tidemark.earning_line AS earning
     WHERE earning.accrual IN (SELECT pricing.accrual FROM tidemark.pricing)
     GROUP BY earning.payee, earning.currency, earning.kind, earning.accrual
     UNION ALL
    SELECT request.payee, request.currency, 'requested', request.number, -request.amount
      FROM tidemark.payment_request AS request
     UNION ALL
    SELECT request.payee, request.currency, 'restored', request.number, request.amount
      FROM tidemark.payment_request AS request
     WHERE request.state = 'cancelled'
), entered AS (
    SELECT entry.payee, entry.currency, entry.kind::text AS kind, coalesce(entry.request, entry.accrual) AS number,
           sum(entry.amount) AS amount
      FROM tidemark.payee_entry AS entry
     GROUP BY entry.payee, entry.currency, entry.kind, coalesce(entry.request, entry.accrual)
), breach AS (
    SELECT format('payee %s: %s %s: %s %s are entered as %s, expected %s', payee.key,
                  CASE WHEN coalesce(entered.kind, expected.kind) IN ('earned', 'reversed') THEN 'accrual' ELSE 'request' END,
                  coalesce(entered.number, expected.number), trim_scale(coalesce(entered.amount, 0)),
                  coalesce(entered.currency, expected.currency), coalesce(entered.kind, expected.kind),
                  trim_scale(coalesce(expected.amount, 0))) AS sentence
      FROM entered
      FULL JOIN expected
        ON expected.payee = entered.payee AND expected.currency = entered.currency AND expected.kind = entered.kind
       AND expected.number = entered.number
      JOIN tidemark.payee ON payee.id = coalesce(entered.payee, expected.payee)
     WHERE coalesce(entered.amount, 0) <> coalesce(expected.amount, 0)
)
SELECT everything.compared AS compared,
       breach.sentence     AS breach
  FROM (SELECT count(*) AS compared FROM tidemark.payee_entry) AS everything
  LEFT JOIN breach ON true
 ORDER BY breach.sentence COLLATE "C";
