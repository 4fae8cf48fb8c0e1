-- Locks the payees' ledgers, and the numbers of requests, until the transaction ends: one transaction at a time appends to them,
-- whoever runs, and its next statement sees what the one before it left.
--   →   last_request  bigint
SELECT counter.last AS last_request
  FROM tidemark.counter
 WHERE counter.name = 'request'
   FOR UPDATE;
