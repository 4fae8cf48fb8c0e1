-- What waits, by reason.
SELECT waiting.reason                  AS reason,
       count(*)                        AS cells,
       sum(waiting.streams)::bigint    AS streams,
       sum(waiting.monetised)::bigint  AS monetised
  FROM (SELECT suspense.reason         AS reason,
               sum(suspense.streams)   AS streams,
               sum(suspense.monetised) AS monetised
          FROM tidemark.suspense
         GROUP BY suspense.bucket, suspense.reason, suspense.feed, suspense.period_from, suspense.period_to,
                  suspense.currency, suspense.release, suspense.recording, suspense.market
        HAVING sum(suspense.streams) <> 0 OR sum(suspense.monetised) <> 0 OR sum(suspense.amount) <> 0) AS waiting
 GROUP BY waiting.reason
 ORDER BY monetised DESC, reason;
