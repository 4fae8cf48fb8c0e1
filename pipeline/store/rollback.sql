-- Rolls back what is open.
ROLLBACK;
