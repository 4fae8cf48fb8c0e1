-- Rows that cannot be counted.
COPY tidemark.reject (report_file, line, column_name, reason, found, expected, raw)
FROM STDIN (FORMAT binary);
