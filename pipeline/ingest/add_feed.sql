-- A feed that is seen for the first time.
--   $1  name      text
--   $2  provider  text
--   $3  identity  text    column, line
--   $4  first_id  bigint
INSERT INTO tidemark.feed (provider, name, identity, first_id)
SELECT provider.id, $1::text, $3::tidemark.feed_identity, $4::bigint
  FROM tidemark.provider
 WHERE provider.name = $2::text
    ON CONFLICT DO NOTHING;
