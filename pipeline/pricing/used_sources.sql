-- The feeds, last days and currencies of which an accrual has usage.
--   $1  accrual    bigint
--   →   feed       bigint
--       period_to  date
--       currency   text    of the reported amounts, '' for none
SELECT DISTINCT usage.feed AS feed, usage.period_to AS period_to, usage.currency AS currency
  FROM tidemark.release_usage AS usage
 WHERE usage.accrual = $1::bigint;
