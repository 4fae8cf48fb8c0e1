-- What earns, as chunks.
COPY tidemark.earning (bucket, accrual, kind, feed, period_from, period_to, basis, currency, releases, recordings, splits, rates,
                       rate_ends, pairs, monetised, reported)
FROM STDIN (FORMAT binary);
