-- Makes providers of the settings known.
--   $1  names  text[]
INSERT INTO tidemark.provider (name)
SELECT asked.name
  FROM unnest($1::text[]) AS asked (name)
 WHERE NOT EXISTS (SELECT 1 FROM tidemark.provider WHERE provider.name = asked.name)
    ON CONFLICT (name) DO NOTHING;
