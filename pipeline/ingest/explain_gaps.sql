-- Gaps of a feed, and the live files whose rejected rows may explain them: those that counted IDs on both sides of one.
--   $1  feed       text
--   $2  first_ids  bigint[]
--   $3  last_ids   bigint[]
--   →   feed       text
--       first_id   bigint
--       last_id    bigint
--       ids        bigint   how many
--       rejects    text     "wc_2026-10-01.csv.gz (3)"; null: no such file
SELECT feed.name                       AS feed,
       gap.first_id,
       gap.last_id,
       gap.last_id - gap.first_id + 1  AS ids,
       explained.rejects
  FROM tidemark.feed
 CROSS JOIN unnest($2::bigint[], $3::bigint[]) AS gap (first_id, last_id)
  LEFT JOIN LATERAL (SELECT string_agg(format('%s (%s)', encode(file.name, 'escape'), file.rejected), ', '
                                       ORDER BY file.id) AS rejects
                       FROM tidemark.report_file AS file
                      WHERE file.feed = feed.id
                        AND file.state = 'counted'
                        AND file.rejected > 0
                        AND file.first_id < gap.first_id
                        AND file.last_id > gap.last_id) AS explained ON true
 WHERE feed.name = $1::text
 ORDER BY gap.first_id;
