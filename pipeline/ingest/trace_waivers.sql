-- The waivers of a feed that an ID fell under.
--   $1  feed        text
--   $2  id          bigint
--   →   first_id    bigint
--       last_id     bigint
--       reason      text
--       waived_by   text
--       waived_at   timestamptz
SELECT waiver.first_id,
       waiver.last_id,
       waiver.reason,
       waiver.waived_by,
       waiver.waived_at
  FROM tidemark.waiver
  JOIN tidemark.feed ON feed.id = waiver.feed
 WHERE feed.name = $1::text AND $2::bigint BETWEEN waiver.first_id AND waiver.last_id
 ORDER BY waiver.id;
