-- Parts of a tide's fingerprints that have changed.
COPY tidemark.tide_fingerprint (feed, number, sums)
FROM STDIN (FORMAT binary);
