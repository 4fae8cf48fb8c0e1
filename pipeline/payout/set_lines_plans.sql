-- For this transaction, in which the lines of a run are made by some statements that are run again and again: one plan for each,
-- where planning took longer than the bucket's rows, and without workers, which take longer to start. What an accrual earned is found
-- by its index: where the table was analyzed when it had three accruals, the planner takes one for a third of it, and reads all of it
-- unless pages in any order cost as much as in theirs.
SELECT set_config('plan_cache_mode', 'force_generic_plan', true),
       set_config('max_parallel_workers_per_gather', '0', true),
       set_config('random_page_cost', '1', true);
