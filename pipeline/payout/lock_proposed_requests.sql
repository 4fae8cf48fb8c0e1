-- The requests that are to be paid, locked until the run that pays them is committed.
--   →   number  bigint
SELECT request.number AS number
  FROM tidemark.payment_request AS request
 WHERE request.state = 'proposed'
 ORDER BY request.number
   FOR UPDATE;
