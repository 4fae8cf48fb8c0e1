-- What waits, by reason and currency, the most monetised first. Of chunks what stands beside their cells is enough.
--   $1  feed            text     null: all
--   $2  reason          text     null: all
--   →   reason          tidemark.suspense_reason
--       streams         bigint
--       monetised       bigint
--       amount          numeric  as providers reported it
--       currency        text     null where they report none
--       value           numeric  what it would earn, where there is a rate
--       value_currency  text
WITH suspense AS (
    SELECT usage.feed,
           usage.reason,
           usage.currency,
           usage.total_streams   AS streams,
           usage.total_monetised AS monetised,
           usage.total_amount    AS amount,
           NULL::numeric         AS value,
           NULL::text            AS value_currency
      FROM tidemark.unplaced_usage AS usage
     UNION ALL
    SELECT usage.feed,
           usage.reason,
           usage.currency,
           usage.total_streams,
           usage.total_monetised,
           usage.total_amount,
           usage.total_value,
           usage.value_currency
      FROM tidemark.unpriced_usage AS usage
)
SELECT suspense.reason                    AS reason,
       sum(suspense.streams)::bigint      AS streams,
       sum(suspense.monetised)::bigint    AS monetised,
       CASE WHEN suspense.currency <> '' THEN sum(suspense.amount) END AS amount,
       nullif(suspense.currency, '')      AS currency,
       sum(suspense.value)                AS value,
       suspense.value_currency            AS value_currency
  FROM suspense
  JOIN tidemark.feed ON feed.id = suspense.feed
 WHERE ($1::text IS NULL OR feed.name = $1::text)
   AND ($2::text IS NULL OR suspense.reason = $2::tidemark.suspense_reason)
 GROUP BY suspense.reason, suspense.currency, suspense.value_currency
HAVING sum(suspense.monetised) <> 0 OR sum(suspense.amount) <> 0
    OR (sum(suspense.streams) <> 0 AND suspense.reason NOT IN ('no_rate', 'no_split'))
 ORDER BY abs(sum(suspense.monetised)) DESC, abs(sum(suspense.streams)) DESC, suspense.reason, suspense.currency,
          suspense.value_currency;
