-- The last accrual that is priced.
--   →   accrual  bigint  0 for none
SELECT coalesce(max(pricing.accrual), 0) AS accrual
  FROM tidemark.pricing;
