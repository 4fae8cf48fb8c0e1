-- And what drops its duplicates, by a key for each row; without the roll-up.
SET client_min_messages = warning;
DROP TABLE IF EXISTS stream;
CREATE TABLE stream (LIKE staging, PRIMARY KEY (sequence_id));
INSERT INTO stream
SELECT * FROM staging
    ON CONFLICT DO NOTHING;
