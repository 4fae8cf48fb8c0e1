-- Takes an accrual for pricing: whoever inserts its row prices it, a second waits here, and then finds it done.
--   $1  accrual  bigint
INSERT INTO tidemark.pricing (accrual)
VALUES ($1::bigint)
    ON CONFLICT (accrual) DO NOTHING;
