-- Undoes the unit, and takes its savepoint away, so that many units do not nest in each other.
ROLLBACK TO SAVEPOINT unit;
RELEASE SAVEPOINT unit;
