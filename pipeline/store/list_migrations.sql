-- The migrations that the schema was made by.
--   →   number  integer
--       name    text       of the file, without .sql
--       sha256  text       of the file
SELECT migration.number,
       migration.name,
       migration.sha256
  FROM tidemark.migration
 ORDER BY migration.number;
