-- What is owed, by currency: on the balances, and in requests that are not paid.
SELECT currency.code                    AS currency,
       coalesce(balance.payees, 0)      AS payees,
       trim_scale(coalesce(balance.carried, 0)) AS carried,
       coalesce(request.requests, 0)    AS requests,
       coalesce(request.amount, 0)      AS requested
  FROM tidemark.currency
  LEFT JOIN (SELECT ledger.currency                             AS currency,
                    count(*) FILTER (WHERE ledger.balance <> 0) AS payees,
                    sum(ledger.balance)                         AS carried
               FROM tidemark.ledger_end AS ledger
              GROUP BY ledger.currency) AS balance ON balance.currency = currency.code
  LEFT JOIN (SELECT payment_request.currency    AS currency,
                    count(*)                    AS requests,
                    sum(payment_request.amount) AS amount
               FROM tidemark.payment_request
              WHERE payment_request.state NOT IN ('paid', 'cancelled')
              GROUP BY payment_request.currency) AS request ON request.currency = currency.code
 WHERE balance.currency IS NOT NULL
    OR request.currency IS NOT NULL
 ORDER BY currency.code;
