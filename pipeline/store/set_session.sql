-- What every session of ours relies on, whatever the role, the database or the environment sets: names are qualified, instants are
-- UTC, and values have one form as text. Plans are not compiled: chunks are decoded by long expressions, which take a second or more
-- to compile, and the planner takes a table that was filled a moment ago for a large one.
SELECT set_config('search_path', '', false),
       set_config('TimeZone', 'UTC', false),
       set_config('DateStyle', 'ISO, YMD', false),
       set_config('IntervalStyle', 'iso_8601', false),
       set_config('bytea_output', 'hex', false),
       set_config('standard_conforming_strings', 'on', false),
       set_config('jit', 'off', false);
