-- How each feed of the settings stands, and by how many days its next report is late. A rejected row whose ID came again,
-- repaired, is settled: then no ID is missing. Lines have no ID that could come again.
--   $1  names   text[]
--   $2  zones   text[]
--   $3  every   bigint[]  days from one report to the next; 0: no rhythm
--   $4  grace   bigint[]  days
--   $5  today   date      stands in for today; null: now, in each feed's zone
SELECT asked.name                                  AS feed,
       feed_state.watermark                        AS watermark,
       feed_state.highest                          AS highest,
       coalesce(feed_state.counted, 0)             AS counted,
       coalesce(feed_state.missing, 0)             AS missing,
       coalesce(feed_state.waived, 0)              AS waived,
       coalesce(feed_state.last_batch, 0)          AS last_batch,
       feed_state.last_period                      AS last_period,
       CASE WHEN asked.every > 0 AND feed_state.last_period IS NOT NULL
            THEN greatest(0, today.day - feed_state.last_period - asked.every - asked.grace)
       END                                         AS late_days,
       asked.every > 0 AND feed_state.last_period IS NULL AS never_came,
       reject.rows                                 AS rejected,
       reject.rows > 0
       AND (feed.identity = 'line' OR feed_state.missing > 0) AS rejects_are_open
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS asked (name, zone, every, grace)
 CROSS JOIN LATERAL (SELECT coalesce($5::date, (now() AT TIME ZONE asked.zone)::date) AS day) AS today
  LEFT JOIN tidemark.feed_state ON feed_state.feed = asked.name
  LEFT JOIN tidemark.feed ON feed.name = asked.name
 CROSS JOIN LATERAL (SELECT coalesce(sum(report_file.rejected), 0) AS rows
                       FROM tidemark.report_file
                      WHERE report_file.feed = feed.id
                        AND report_file.state = 'counted') AS reject
 ORDER BY asked.name;
