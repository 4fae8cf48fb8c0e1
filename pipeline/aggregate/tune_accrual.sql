-- For the transaction. What is hashed and sorted in a unit of buckets fits into 64 MB, and what its statements hand to each other
-- into 128 (of the default 8, what flows is written to disk and read again). Cells meet small sets chunk by chunk: to sort both
-- sides for a merge join takes longer than to hash the small one.
SELECT set_config('work_mem', '64MB', true),
       set_config('temp_buffers', '128MB', true),
       set_config('enable_mergejoin', 'off', true);
