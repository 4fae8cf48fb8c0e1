-- The feeds that the database knows, to be held against the settings.
--   →   name      text
--       provider  text
--       identity  text    column, line
--       first_id  bigint
SELECT feed.name,
       provider.name AS provider,
       feed.identity,
       feed.first_id
  FROM tidemark.feed
  JOIN tidemark.provider ON provider.id = feed.provider
 ORDER BY feed.name COLLATE "C";
