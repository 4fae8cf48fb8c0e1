-- For this transaction, in which usage is priced, and perhaps priced again: memory for its sums; and no sorting to group, which the
-- planner prefers because it takes a chunk's thousands of elements for a few, and which takes a third longer.
SELECT set_config('work_mem', '128MB', true),
       set_config('enable_sort', 'off', true);
