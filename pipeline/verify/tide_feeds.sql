-- The feeds whose rows are identified by a column, with their tides.
--   →   id, name, first_id, watermark, highest, counted, missing
SELECT feed.id        AS id,
       feed.name      AS name,
       feed.first_id  AS first_id,
       tide.watermark AS watermark,
       tide.highest   AS highest,
       tide.counted   AS counted,
       tide.missing   AS missing
  FROM tidemark.feed
  JOIN tidemark.tide ON tide.feed = feed.id
 WHERE feed.identity = 'column'
 ORDER BY feed.name COLLATE "C";
