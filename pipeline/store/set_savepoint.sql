-- Begins one unit of many within the transaction.
SAVEPOINT unit;
