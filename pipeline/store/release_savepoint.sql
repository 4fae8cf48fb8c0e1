-- Ends the unit; what it did is the transaction's.
RELEASE SAVEPOINT unit;
