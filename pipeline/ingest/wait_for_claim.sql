-- Waits until nobody has claimed a file any more: whoever counts one holds its claim until it lies in the archive.
--   $1  file  text  feed and SHA-256
SELECT pg_advisory_xact_lock_shared(hashtextextended('tidemark file ' || $1::text, 0));
