-- The IDs that a file brought.
COPY tidemark.report_file_part (feed, number, report_file, ids, sums)
FROM STDIN (FORMAT binary);
