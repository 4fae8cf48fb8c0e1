-- The tide of a feed that is seen for the first time: nothing is counted.
--   $1  feed  text
INSERT INTO tidemark.tide (feed, watermark, highest)
SELECT feed.id, feed.first_id - 1, feed.first_id - 1
  FROM tidemark.feed
 WHERE feed.name = $1::text
    ON CONFLICT DO NOTHING;
