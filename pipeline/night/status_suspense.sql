-- What waits, by reason. What stands beside the cells of a chunk is enough: to open all that ever came, and has mostly been claimed
-- since, would take a minute after years. (What cancels out to the last digit within a period of a feed is not seen here; `tidemark
-- suspense` lists it.)
--   →   reason     tidemark.suspense_reason
--       streams    bigint
--       monetised  bigint
SELECT waiting.reason                  AS reason,
       sum(waiting.streams)::bigint    AS streams,
       sum(waiting.monetised)::bigint  AS monetised
  FROM (SELECT usage.reason,
               sum(usage.total_streams)   AS streams,
               sum(usage.total_monetised) AS monetised
          FROM (SELECT reason, feed, period_from, period_to, currency, total_streams, total_monetised, total_amount
                  FROM tidemark.unplaced_usage
                 UNION ALL
                SELECT reason, feed, period_from, period_to, currency, total_streams, total_monetised, total_amount
                  FROM tidemark.unpriced_usage) AS usage
         GROUP BY usage.reason, usage.feed, usage.period_from, usage.period_to, usage.currency
        HAVING sum(usage.total_monetised) <> 0 OR sum(usage.total_amount) <> 0
            OR (sum(usage.total_streams) <> 0 AND usage.reason NOT IN ('no_rate', 'no_split'))) AS waiting
 GROUP BY waiting.reason
 ORDER BY monetised DESC, reason;
