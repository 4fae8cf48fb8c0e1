-- Requests are numbered without gaps, in whole units; what is in payment has one live instruction of its amount; a request and
-- what it leaves are the balance that was there.
--   →   compared  bigint  requests
--       breach    text    a sentence; null: none
WITH before AS ( -- that a balance is what the entries add up to is verify_ledger's to say
    SELECT request.payee, request.number, request.currency, request.amount, request.carried,
           requested.balance - requested.amount AS balance
      FROM tidemark.payment_request AS request
      JOIN tidemark.payee_entry AS requested
        ON requested.payee = request.payee AND requested.request = request.number AND requested.kind = 'requested'
), breach AS (
    SELECT format('%s requests, the highest is number %s, the counter says %s', count(request.number),
                  coalesce(max(request.number), 0), counter.last) AS sentence
      FROM tidemark.counter
      LEFT JOIN tidemark.payment_request AS request ON true
     WHERE counter.name = 'request'
     GROUP BY counter.last
    HAVING count(request.number) <> counter.last OR coalesce(max(request.number), 0) <> counter.last
     UNION ALL
    SELECT format('request %s: %s %s is not in whole units of %s decimals', request.number, request.amount, request.currency,
                  currency.minor_units)
      FROM tidemark.payment_request AS request
      JOIN tidemark.currency ON currency.code = request.currency
     WHERE request.amount <> trunc(request.amount, currency.minor_units)
     UNION ALL
    SELECT format('request %s is %s with %s %s, and has %s live instructions of %s in all', request.number, request.state,
                  request.amount, request.currency, count(instruction.request), coalesce(sum(instruction.amount), 0))
      FROM tidemark.payment_request AS request
      LEFT JOIN tidemark.instruction
        ON instruction.payee = request.payee AND instruction.request = request.number
       AND instruction.state NOT IN ('rejected', 'returned', 'voided')
     GROUP BY request.payee, request.number, request.state, request.amount, request.currency
    HAVING coalesce(sum(instruction.amount), 0)
        <> CASE WHEN request.state IN ('in_payment', 'paid') THEN request.amount ELSE 0 END
     UNION ALL
    SELECT format('request %s: the balance was %s %s, which is not its %s and the %s that it leaves', before.number,
                  trim_scale(before.balance), before.currency, before.amount, trim_scale(before.carried))
      FROM before
     WHERE before.balance <> before.amount + before.carried
)
SELECT everything.compared AS compared,
       breach.sentence     AS breach
  FROM (SELECT count(*) AS compared FROM tidemark.payment_request) AS everything
  LEFT JOIN breach ON true
 ORDER BY breach.sentence COLLATE "C";
