-- Keeps that requests were made for a day on which they were due.
--   $1  due_on   date
--   $2  accrual  bigint  the last that they cover
INSERT INTO tidemark.request_run (due_on, accrual)
VALUES ($1::date, $2::bigint)
    ON CONFLICT (due_on) DO NOTHING;
