-- What a payee is owed is read off the ledger's last entry (012_ledger_balances.sql) here too, and what was requested added up of
-- requests, of which there are few; together they are what was earned. To add up all entries took 3.1 s of 2,000 payees with 3,100
-- each, and longer each night. That ledgers are what they say is for `verify`, which still adds up all of it.
CREATE OR REPLACE VIEW tidemark.payee_balance AS
SELECT payee.key                          AS payee,
       payee.name                         AS name,
       ledger.currency                    AS currency,
       ledger.balance + requested.amount  AS earned,
       requested.amount                   AS requested,
       ledger.balance                     AS balance
  FROM tidemark.ledger_end AS ledger
  JOIN tidemark.payee ON payee.id = ledger.payee
 CROSS JOIN LATERAL (SELECT coalesce(sum(request.amount), 0) AS amount
                       FROM tidemark.payment_request AS request
                      WHERE request.payee = ledger.payee AND request.currency = ledger.currency
                        AND request.state <> 'cancelled') AS requested;

-- Verify compares ledgers with earnings accrual by accrual.
CREATE INDEX payee_entry_accrual ON tidemark.payee_entry (accrual);
