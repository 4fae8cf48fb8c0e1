-- Some parts of a feed's fingerprints.
--   $1  feed     integer
--   $2  numbers  bigint[]
--   →   number   bigint
--       sums     bytea
SELECT fingerprint.number,
       fingerprint.sums
  FROM tidemark.tide_fingerprint AS fingerprint
 WHERE fingerprint.feed = $1::integer AND fingerprint.number = ANY ($2::bigint[])
 ORDER BY fingerprint.number;
