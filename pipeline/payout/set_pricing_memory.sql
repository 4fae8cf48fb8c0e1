-- For this transaction, in which usage is priced: memory for its sums, and no JIT, which takes longer than it saves.
SELECT set_config('work_mem', '128MB', true),
       set_config('jit', 'off', true);
