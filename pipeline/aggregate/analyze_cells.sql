-- A temporary table has no statistics of itself, and the next statements' plans need its size.
ANALYZE pg_temp.cell;
