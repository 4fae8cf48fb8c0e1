-- For the transaction. What is hashed and sorted of the catalogue fits into 64 MB, and what is held into 128 (of the default 8 it is
-- written to disk and read again). To sort both sides for a merge join takes longer than to hash the small one. How many names are
-- looked up decides how they are: a plan for any number would take the index for each of 100,000.
SELECT set_config('work_mem', '64MB', true),
       set_config('temp_buffers', '128MB', true),
       set_config('enable_mergejoin', 'off', true),
       set_config('plan_cache_mode', 'force_custom_plan', true);
