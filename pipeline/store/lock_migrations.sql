-- Waits until nobody else migrates this database; the lock is ours until the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('tidemark migrations', 0));
