-- A provider that is seen for the first time.
--   $1  name  text
INSERT INTO tidemark.provider (name)
SELECT $1::text
 WHERE NOT EXISTS (SELECT FROM tidemark.provider WHERE provider.name = $1::text)
    ON CONFLICT DO NOTHING;
