-- Commits. A transaction in which a statement failed is answered with ROLLBACK, without an error.
COMMIT;
