-- A file of a run, as it lies on disk.
--   $1  run         bigint
--   $2  name        text
--   $3  sha256      text
--   $4  size_bytes  bigint
--   $5  records     bigint
INSERT INTO tidemark.payout_file (run, name, sha256, size_bytes, records)
VALUES ($1::bigint, $2::text, $3::text, $4::bigint, $5::bigint);
