-- Claims a file for this transaction, so that two runs do not read it at the same time for nothing. Correctness does not
-- stand on it: UNIQUE (feed, sha256) does.
--   $1  file      text     feed, and SHA-256 or, before that is known, size and name
--   →   is_ours   boolean
SELECT pg_try_advisory_xact_lock(hashtextextended('tidemark file ' || $1::text, 0)) AS is_ours;
