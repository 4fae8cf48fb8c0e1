-- Chunks of release usage.
COPY tidemark.release_usage (bucket, accrual, feed, period_from, period_to, currency, cells, total_streams, total_monetised,
                             total_amount, pair_count, releases, recordings, pairs, markets, streams, monetised, amounts, named,
                             played)
FROM STDIN (FORMAT binary);
