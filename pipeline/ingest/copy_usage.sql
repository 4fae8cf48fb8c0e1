-- Cells as chunks.
COPY tidemark.usage (bucket, batch, feed, period_from, period_to, currency, cells, total_streams, total_monetised, total_amount,
                     pair_count, releases, recordings, pairs, markets, streams, monetised, amounts)
FROM STDIN (FORMAT binary);
