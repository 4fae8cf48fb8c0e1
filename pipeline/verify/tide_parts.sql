-- The stored parts of a tide.
--   $1  feed    integer
--   →   set     text    counted (above the watermark), waived
--       number  bigint
--       ids     bytea
SELECT part.set    AS set,
       part.number AS number,
       part.ids    AS ids
  FROM tidemark.tide_part AS part
 WHERE part.feed = $1::integer
 ORDER BY part.set, part.number;
