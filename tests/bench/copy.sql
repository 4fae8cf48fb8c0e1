-- The peer that everyone writes first: a report into a table of its own.
-- PROGRAM is a shell's command that prints the report.
SET client_min_messages = warning;
DROP TABLE IF EXISTS staging;
CREATE UNLOGGED TABLE staging (
    sequence_id bigint,
    isrc        text,
    upc         text,
    territory   text,
    tier        text,
    played_at   timestamptz,
    seconds     numeric
);
\set copy '\\copy staging FROM PROGRAM ''' :program ''' WITH (FORMAT csv, HEADER)'
:copy
