-- For this transaction, in which usage is priced, and perhaps priced again: memory for its sums; no sorting to group, which the planner
-- prefers because it takes a chunk's thousands of elements for a few, and which takes a third longer; and no workers, each of which
-- takes longer to start than what some buckets of an accrual are to read.
SELECT set_config('work_mem', '128MB', true),
       set_config('enable_sort', 'off', true),
       set_config('max_parallel_workers_per_gather', '0', true);
