-- Takes the lock of a run's name until the transaction ends, or says at once that another has it.
--   $1  name      text
--   →   is_taken  boolean
SELECT pg_try_advisory_xact_lock(hashtextextended('tidemark run ' || $1::text, 0)) AS is_taken;
