-- Parts of a tide's sets that have changed.
COPY tidemark.tide_part (feed, set, number, ids)
FROM STDIN (FORMAT binary);
