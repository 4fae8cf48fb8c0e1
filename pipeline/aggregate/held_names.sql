-- What rows named whose streams are held, each once for a last day of a period.
--   →   named, played  bigint
--       period_to      date
SELECT DISTINCT
       held.named     AS named,
       held.played    AS played,
       held.period_to AS period_to
  FROM pg_temp.held;
