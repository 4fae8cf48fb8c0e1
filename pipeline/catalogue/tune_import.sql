-- For the transaction. Its few statements over some 100,000 rows are done in memory. Each compares whole files with whole tables;
-- one that was filled a moment ago has no statistics, looks nearly empty, and would be gone through once for each row: 5 s instead
-- of 0.06 s for 5,000 rates.
SELECT set_config('work_mem', '64MB', true),
       set_config('enable_nestloop', 'off', true);
