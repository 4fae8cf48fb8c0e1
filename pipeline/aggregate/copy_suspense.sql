-- What waits, or, with the opposite sign, does not wait any more.
COPY tidemark.suspense (bucket, accrual, reason, feed, period_from, period_to, currency, release, recording, market, streams,
                        monetised, amount)
FROM STDIN (FORMAT binary);
