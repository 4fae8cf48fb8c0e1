-- For this transaction, in which all lines of a run are made: memory for them, no JIT, and joins and groups by hashing alone. The
-- planner takes a chunk's thousand lines for a few, and a nested loop over half a million took minutes. What ORDER BY asks for is
-- sorted all the same, once.
SELECT set_config('work_mem', '128MB', true),
       set_config('jit', 'off', true),
       set_config('enable_nestloop', 'off', true),
       set_config('enable_mergejoin', 'off', true),
       set_config('enable_sort', 'off', true);
