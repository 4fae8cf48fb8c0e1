-- A ledger says with each entry what it comes to, as a bank's statement does: what is owed is read off its last one, where to add up
-- all of it took 2.5 s of 2,000 payees with 3,000 entries each, and longer each night. Who makes a request adds up again what came
-- since the one before, and `verify` all of it.
--
--   number   kind        amount   balance
--        1   earned       4.009     4.009
--        2   requested   -4.00      0.009   ◄─ what the request carried
--        3   earned       1.005     1.014   ◄─ owed
--
-- Entries are appended under the lock of lock_ledgers.sql; a number that is there already refuses who came without it.
ALTER TABLE tidemark.payee_entry
    ADD COLUMN number  bigint, -- of the payee's entries in the currency, from 1, without gaps
    ADD COLUMN balance numeric; -- what they add up to, with it

UPDATE tidemark.payee_entry
   SET number = placed.number,
       balance = placed.balance
  FROM (SELECT entry.ctid AS place,
               row_number() OVER ledger AS number,
               sum(entry.amount) OVER ledger AS balance
          FROM tidemark.payee_entry AS entry
        WINDOW ledger AS (PARTITION BY entry.payee, entry.currency
                          ORDER BY entry.entered_at, entry.accrual, entry.kind
                          ROWS UNBOUNDED PRECEDING)) AS placed
 WHERE payee_entry.ctid = placed.place;

ALTER TABLE tidemark.payee_entry
    ALTER COLUMN number SET NOT NULL,
    ALTER COLUMN balance SET NOT NULL,
    ADD CHECK (number >= 1),
    ADD PRIMARY KEY (payee, currency, number) INCLUDE (balance);

-- What each ledger comes to. From its last entry the key leads to that of the ledger before it, so that the others are not touched.
CREATE VIEW tidemark.ledger_end AS
WITH RECURSIVE ledger AS (
    (SELECT entry.payee, entry.currency, entry.number, entry.balance
       FROM tidemark.payee_entry AS entry
      ORDER BY entry.payee DESC, entry.currency DESC, entry.number DESC
      LIMIT 1)
     UNION ALL
    SELECT before.payee, before.currency, before.number, before.balance
      FROM ledger
     CROSS JOIN LATERAL (SELECT entry.payee, entry.currency, entry.number, entry.balance
                           FROM tidemark.payee_entry AS entry
                          WHERE (entry.payee, entry.currency) < (ledger.payee, ledger.currency)
                          ORDER BY entry.payee DESC, entry.currency DESC, entry.number DESC
                          LIMIT 1) AS before
)
SELECT ledger.payee, ledger.currency, ledger.number, ledger.balance
  FROM ledger;

-- The end of one ledger; no row where it has no entry.
CREATE FUNCTION tidemark.end_of_ledger(payee integer, currency text) RETURNS TABLE (number bigint, balance numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT entry.number, entry.balance
      FROM tidemark.payee_entry AS entry
     WHERE entry.payee = end_of_ledger.payee AND entry.currency = end_of_ledger.currency
     ORDER BY entry.number DESC
     LIMIT 1;
$$;

-- The accrual behind the last that a request of a payee covers is found by this, among all there were.
CREATE INDEX payment_request_covered ON tidemark.payment_request (payee, currency, upper(accruals)) WHERE state <> 'cancelled';

GRANT SELECT ON tidemark.ledger_end
   TO tidemark_ingest, tidemark_catalogue, tidemark_finance, tidemark_approver, tidemark_reader;
