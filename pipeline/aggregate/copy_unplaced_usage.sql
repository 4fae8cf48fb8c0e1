-- Chunks of what waits, or, with the opposite sign, does not wait any more.
COPY tidemark.unplaced_usage (bucket, accrual, reason, feed, period_from, period_to, currency, cells, total_streams,
                              total_monetised, total_amount, pair_count, releases, recordings, pairs, markets, streams,
                              monetised, amounts)
FROM STDIN (FORMAT binary);
