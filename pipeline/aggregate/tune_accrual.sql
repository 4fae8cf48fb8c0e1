-- For the transaction. Half the buckets of a big night are some 1.2 million cells of 100 bytes: they are sorted in memory, where
-- the default of 4 MB sorts them on disk. And compiling the plan of resolve_names took 2.7 s of its 3.5 s.
SELECT set_config('work_mem', '256MB', true),
       set_config('jit', 'off', true);
