-- The tide's new state, by whoever holds its lock.
--   $1  feed          integer
--   $2  watermark     bigint
--   $3  highest       bigint
--   $4  counted       bigint
--   $5  waived        bigint
--   $6  missing       bigint
--   $7  last_batch    bigint
--   $8  last_ordinal  bigint
UPDATE tidemark.tide
   SET watermark = $2::bigint,
       highest = $3::bigint,
       counted = $4::bigint,
       waived = $5::bigint,
       missing = $6::bigint,
       last_batch = $7::bigint,
       last_ordinal = $8::bigint
 WHERE tide.feed = $1::integer;
