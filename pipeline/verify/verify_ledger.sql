-- The payees' ledgers say what was earned and taken back, what was requested, and what was given back; nothing else moves them. Each
-- entry has the next number, and the balance that it and those before it add up to.
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
), ledger AS (
    SELECT entry.payee, entry.currency, entry.number, entry.balance,
           row_number() OVER ledger AS place,
           sum(entry.amount) OVER ledger AS amount
      FROM tidemark.payee_entry AS entry
    WINDOW ledger AS (PARTITION BY entry.payee, entry.currency ORDER BY entry.number ROWS UNBOUNDED PRECEDING)
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
     UNION ALL
    SELECT format('payee %s: entry %s has the balance %s %s, the %s entries up to it add up to %s', payee.key, ledger.number,
                  trim_scale(ledger.balance), ledger.currency, ledger.place, trim_scale(ledger.amount))
      FROM ledger
      JOIN tidemark.payee ON payee.id = ledger.payee
     WHERE (ledger.number, ledger.balance) <> (ledger.place, ledger.amount)
)
SELECT everything.compared AS compared,
       breach.sentence     AS breach
  FROM (SELECT count(*) AS compared FROM tidemark.payee_entry) AS everything
  LEFT JOIN breach ON true
 ORDER BY breach.sentence COLLATE "C";
