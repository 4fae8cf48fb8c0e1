-- A feed's tide: a row for each stored part, one row without a part where there are none, no row for a feed that is new.
-- One statement, so that all is of one moment.
--   $1  feed          text
--   →   feed          integer
--       watermark     bigint
--       counted       bigint
--       waived        bigint
--       last_batch    bigint
--       last_ordinal  bigint
--       set           text    counted (above the watermark), waived; null: no part
--       number        bigint
--       ids           bytea
SELECT tide.feed,
       tide.watermark,
       tide.counted,
       tide.waived,
       tide.last_batch,
       tide.last_ordinal,
       part.set,
       part.number,
       part.ids
  FROM tidemark.feed
  JOIN tidemark.tide ON tide.feed = feed.id
  LEFT JOIN tidemark.tide_part AS part ON part.feed = feed.id
 WHERE feed.name = $1::text
 ORDER BY part.set, part.number;
