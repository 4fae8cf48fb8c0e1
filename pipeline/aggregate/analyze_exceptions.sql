-- What follows meets the exceptions bucket by bucket: how many that are decides between a hash table and a loop. Only these columns,
-- which takes some milliseconds.
ANALYZE pg_temp.moved (bucket, period_to), pg_temp.unknown_market;
