-- A migration has been applied, in this transaction.
--   $1  number  integer
--   $2  name    text
--   $3  sha256  text
INSERT INTO tidemark.migration (number, name, sha256)
VALUES ($1::integer, $2::text, $3::text);
