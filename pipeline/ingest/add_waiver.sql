-- A waiver, with what it waived.
--   $1  feed        integer
--   $2  first_id    bigint
--   $3  last_id     bigint
--   $4  ids_waived  bigint
--   $5  reason      text
INSERT INTO tidemark.waiver (feed, first_id, last_id, ids_waived, reason)
VALUES ($1::integer, $2::bigint, $3::bigint, $4::bigint, $5::text);
