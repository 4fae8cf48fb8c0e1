-- For the transaction. What is hashed and sorted of the catalogue fits into 64 MB, and what it has learned into 32. To sort both sides
-- for a merge join takes longer than to hash the small one. How many names are looked up decides how they are: a plan for any number
-- would take the index for each of 100,000.
SELECT set_config('work_mem', '64MB', true),
       set_config('temp_buffers', '32MB', true),
       set_config('enable_mergejoin', 'off', true),
       set_config('plan_cache_mode', 'force_custom_plan', true);
