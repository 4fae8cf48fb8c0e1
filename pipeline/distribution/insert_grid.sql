-- Gives a GRid (Global Release Identifier: A1, then 16 letters or digits) a number among the odd codes.
--   $1  text  text
--   no row for what is no GRid
INSERT INTO tidemark.odd_code (kind, text)
SELECT 'release', upper($1::text)
 WHERE upper($1::text) ~ '^A1[0-9A-Z]{16}$'
    ON CONFLICT (kind, text) DO NOTHING;
