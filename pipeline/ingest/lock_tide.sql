-- A feed's tide, locked until the transaction ends: whoever holds it has the feed's next batch number.
--   $1  feed          integer
--   →   last_batch    bigint
--       last_ordinal  bigint
--       counted       bigint
--       waived        bigint
SELECT tide.last_batch,
       tide.last_ordinal,
       tide.counted,
       tide.waived
  FROM tidemark.tide
 WHERE tide.feed = $1::integer
   FOR UPDATE;
