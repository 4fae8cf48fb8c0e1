-- For this transaction: memory for the sums of an accrual, and no JIT, which takes longer than it saves here.
SELECT set_config('work_mem', '128MB', true),
       set_config('jit', 'off', true);
