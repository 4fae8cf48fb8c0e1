-- For the transaction. What is hashed and sorted in a unit of buckets fits into 64 MB; compiling plans takes longer than they run.
SELECT set_config('work_mem', '64MB', true),
       set_config('jit', 'off', true);
