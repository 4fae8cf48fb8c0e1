-- The catalogue, locked until the transaction ends: who holds it makes its next version.
--   →   next_version  bigint
SELECT counter.last + 1 AS next_version
  FROM tidemark.counter
 WHERE counter.name = 'catalogue_version'
   FOR UPDATE;
