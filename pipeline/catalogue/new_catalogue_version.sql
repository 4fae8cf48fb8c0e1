-- The next version of the catalogue; the counter stays locked until the transaction ends.
--   $1  made_from  text    a folder, or a command
--   →   version    bigint
INSERT INTO tidemark.catalogue_version (version, made_from)
VALUES (tidemark.next_number('catalogue_version'), $1::text)
RETURNING catalogue_version.version AS version;
