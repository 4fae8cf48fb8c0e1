-- The schema of everything.
CREATE SCHEMA IF NOT EXISTS tidemark;
