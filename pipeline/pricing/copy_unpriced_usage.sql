-- Chunks of what waits for a rate or a split.
COPY tidemark.unpriced_usage (bucket, accrual, reason, feed, period_from, period_to, currency, cells, total_streams, total_monetised,
                              total_amount, pair_count, releases, recordings, pairs, markets, streams, monetised, amounts,
                              value_currency, total_value, cell_values)
FROM STDIN (FORMAT binary);
