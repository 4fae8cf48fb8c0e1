-- Whether the database has been migrated at all.
--   →   is_there  boolean
SELECT to_regclass('tidemark.migration') IS NOT NULL AS is_there;
