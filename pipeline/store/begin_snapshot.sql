-- Begins a transaction that only reads, and sees one state of the database from its first statement
-- to its end.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
