-- A file that is being counted, into the ledger. A unique key is violated where the same bytes, or another file of the same
-- report, have been counted meanwhile.
--   $1   id          bigint
--   $2   feed        integer
--   $3   sha256      text
--   $4   name        bytea
--   $5   size_bytes  bigint
--   $6   report_key  text    identity `line`
--   $7   ordinal     bigint  identity `line`
--   $8   rows_read   bigint
--   $9   counted     bigint
--   $10  duplicate   bigint
--   $11  rejected    bigint
--   $12  first_id    bigint
--   $13  last_id     bigint
INSERT INTO tidemark.report_file (id, feed, sha256, name, size_bytes, report_key, ordinal, rows_read, counted, duplicate,
                                  rejected, first_id, last_id)
VALUES ($1::bigint, $2::integer, $3::text, $4::bytea, $5::bigint, $6::text, $7::bigint, $8::bigint, $9::bigint,
        $10::bigint, $11::bigint, $12::bigint, $13::bigint);
