-- Whether IDs have left a feed's tide since a batch: what was a duplicate then may be none now.
--   $1  feed        integer
--   $2  last_batch  bigint
--   →   is_revoked  boolean
SELECT EXISTS (SELECT
                 FROM tidemark.batch
                WHERE batch.feed = $1::integer AND batch.number > $2::bigint AND batch.kind = 'revoked') AS is_revoked;
