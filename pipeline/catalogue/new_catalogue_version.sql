-- The next version of the catalogue; the counter stays locked until the transaction ends.
--   $1  made_from  text    a folder, or a command
--   $2  summary    jsonb   what it changed; null where that is one thing
--   →   version    bigint
INSERT INTO tidemark.catalogue_version (version, made_from, summary)
VALUES (tidemark.next_number('catalogue_version'), $1::text, $2::jsonb)
RETURNING catalogue_version.version AS version;
