-- Takes out the stored parts of a feed's fingerprints that have changed, before their new form is copied.
--   $1  feed     integer
--   $2  numbers  bigint[]
DELETE FROM tidemark.tide_fingerprint AS fingerprint
 WHERE fingerprint.feed = $1::integer AND fingerprint.number = ANY ($2::bigint[]);
