-- For the transaction, in which what waits is listed: memory for a bucket's cells, and no sorting to group them, which the planner
-- prefers because it takes their thousands for a few.
SELECT set_config('work_mem', '64MB', true),
       set_config('enable_sort', 'off', true);
