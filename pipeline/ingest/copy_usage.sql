-- Cells as chunks.
COPY tidemark.usage (bucket, batch, feed, period_from, period_to, currency, releases, recordings, markets, streams,
                     monetised, amounts)
FROM STDIN (FORMAT binary);
