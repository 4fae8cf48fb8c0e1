-- Takes out the stored parts that have changed, before their new form is copied: those between the old and the new
-- watermark, and those that IDs were added to or taken from.
--   $1  feed     integer
--   $2  first    bigint    of the parts between the watermarks
--   $3  last     bigint
--   $4  numbers  bigint[]  the others
DELETE FROM tidemark.tide_part AS part
 WHERE part.feed = $1::integer
   AND (part.number BETWEEN $2::bigint AND $3::bigint OR part.number = ANY ($4::bigint[]));
