-- Begins a transaction that writes. Two statements, so that both go in one message: what it commits
-- is on disk before the server says so, even where the role or the database is set to a faster way.
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL synchronous_commit = on;
