-- What waits, by reason. Bucket by bucket: millions of cells that came and were claimed again would not fit into memory at once.
SELECT waiting.reason                  AS reason,
       count(*)                        AS cells,
       sum(waiting.streams)::bigint    AS streams,
       sum(waiting.monetised)::bigint  AS monetised
  FROM generate_series(0, 255) AS bucket (number)
 CROSS JOIN LATERAL (
    SELECT suspense.reason                    AS reason,
           tidemark.total(suspense.streams)   AS streams,
           tidemark.total(suspense.monetised) AS monetised
      FROM tidemark.suspense
     WHERE suspense.bucket = bucket.number::smallint
     GROUP BY suspense.reason, suspense.feed, suspense.period_from, suspense.period_to, suspense.currency, suspense.release,
              suspense.recording, suspense.market
    HAVING tidemark.total(suspense.streams) <> 0 OR tidemark.total(suspense.monetised) <> 0 OR sum(suspense.amount) <> 0
    OFFSET 0) AS waiting
 GROUP BY waiting.reason
 ORDER BY monetised DESC, reason;
