-- The payees' ledgers say what was earned and taken back, what was requested, and what was given back; nothing else moves them. Each
-- entry has the next number, and the balance that it and those before it add up to.
--   →   compared  bigint  entries
--       breach    text    a sentence; null: none
--
-- Accrual by accrual, since of each there are as many sums as payees: all of them at once would not fit into memory.
WITH accrual AS (
    SELECT pricing.accrual AS number
      FROM tidemark.pricing
     UNION
    SELECT entry.accrual
      FROM tidemark.payee_entry AS entry
     GROUP BY entry.accrual
), difference AS (
    SELECT 'accrual' AS place, accrual.number, earned.payee, earned.currency, earned.kind, earned.entered, earned.expected
      FROM accrual
     CROSS JOIN LATERAL (
        SELECT coalesce(entered.payee, expected.payee)       AS payee,
               coalesce(entered.currency, expected.currency) AS currency,
               coalesce(entered.kind, expected.kind)         AS kind,
               coalesce(entered.amount, 0)                   AS entered,
               coalesce(expected.amount, 0)                  AS expected
          FROM (SELECT entry.payee, entry.currency, entry.kind::text AS kind, sum(entry.amount) AS amount
                  FROM tidemark.payee_entry AS entry
                 WHERE entry.accrual = accrual.number AND entry.request IS NULL
                 GROUP BY entry.payee, entry.currency, entry.kind) AS entered
          FULL JOIN (SELECT earning.payee, earning.currency, earning.kind::text AS kind, sum(earning.amount) AS amount
                       FROM tidemark.earning_line AS earning
                      WHERE earning.accrual = accrual.number
                        AND EXISTS (SELECT FROM tidemark.pricing WHERE pricing.accrual = accrual.number)
                      GROUP BY earning.payee, earning.currency, earning.kind) AS expected
            ON expected.payee = entered.payee AND expected.currency = entered.currency AND expected.kind = entered.kind) AS earned
     WHERE earned.entered <> earned.expected
     UNION ALL
    SELECT 'request', requested.number, requested.payee, requested.currency, requested.kind, requested.entered, requested.expected
      FROM (SELECT coalesce(entered.number, expected.number)     AS number,
                   coalesce(entered.payee, expected.payee)       AS payee,
                   coalesce(entered.currency, expected.currency) AS currency,
                   coalesce(entered.kind, expected.kind)         AS kind,
                   coalesce(entered.amount, 0)                   AS entered,
                   coalesce(expected.amount, 0)                  AS expected
              FROM (SELECT entry.payee, entry.request AS number, entry.currency, entry.kind::text AS kind,
                           sum(entry.amount) AS amount
                      FROM tidemark.payee_entry AS entry
                     WHERE entry.request IS NOT NULL
                     GROUP BY entry.payee, entry.request, entry.currency, entry.kind) AS entered
              FULL JOIN (SELECT request.payee, request.number, request.currency, 'requested' AS kind, -request.amount AS amount
                           FROM tidemark.payment_request AS request
                          UNION ALL
                         SELECT request.payee, request.number, request.currency, 'restored', request.amount
                           FROM tidemark.payment_request AS request
                          WHERE request.state = 'cancelled') AS expected
                ON expected.payee = entered.payee AND expected.number = entered.number
               AND expected.currency = entered.currency AND expected.kind = entered.kind) AS requested
     WHERE requested.entered <> requested.expected
), ledger AS (
    SELECT entry.payee, entry.currency, entry.number, entry.balance,
           row_number() OVER ledger AS place,
           sum(entry.amount) OVER ledger AS amount
      FROM tidemark.payee_entry AS entry
    WINDOW ledger AS (PARTITION BY entry.payee, entry.currency ORDER BY entry.number ROWS UNBOUNDED PRECEDING)
), breach AS (
    SELECT format('payee %s: %s %s: %s %s are entered as %s, expected %s', payee.key, difference.place, difference.number,
                  trim_scale(difference.entered), difference.currency, difference.kind,
                  trim_scale(difference.expected)) AS sentence
      FROM difference
      JOIN tidemark.payee ON payee.id = difference.payee
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
