-- For this transaction, in which the lines of a run are made by some statements that are run again and again: one plan for each,
-- where planning took longer than the bucket's rows, and no JIT, which would compile it anew each time.
SELECT set_config('plan_cache_mode', 'force_generic_plan', true),
       set_config('jit', 'off', true);
