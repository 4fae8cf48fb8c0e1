-- What waits, by feed, reason and the names that the rows gave, the most monetised first.
--   $1  feed            text     null: all
--   $2  reason          text     null: all
--   →   feed            text
--       reason          tidemark.suspense_reason
--       recording       text     as named; null where the row named none
--       release         text
--       territory       text     as reports write it, where the reason may lie in it; else null
--       period_from     date
--       period_to       date
--       streams         bigint
--       monetised       bigint
--       amount          numeric  as the provider reported it
--       currency        text     null where it reports none
--       value           numeric  what it would earn, where there is a rate
--       value_currency  text
WITH waiting AS (
    SELECT suspense.feed,
           suspense.reason,
           suspense.recording,
           suspense.release,
           CASE WHEN suspense.reason IN ('unknown_territory', 'no_rate') THEN market.territory END AS territory,
           suspense.period_from,
           suspense.period_to,
           suspense.currency,
           suspense.value_currency,
           sum(suspense.streams)   AS streams,
           sum(suspense.monetised) AS monetised,
           sum(suspense.amount)    AS amount,
           sum(suspense.value)     AS value
      FROM tidemark.suspense
      JOIN tidemark.feed ON feed.id = suspense.feed
      JOIN tidemark.market ON market.id = suspense.market
     WHERE ($1::text IS NULL OR feed.name = $1::text)
       AND ($2::text IS NULL OR suspense.reason = $2::tidemark.suspense_reason)
     GROUP BY suspense.feed, suspense.reason, suspense.recording, suspense.release, suspense.market, market.territory,
              suspense.period_from, suspense.period_to, suspense.currency, suspense.value_currency
    HAVING sum(suspense.streams) <> 0 OR sum(suspense.monetised) <> 0 OR sum(suspense.amount) <> 0
)
SELECT feed.name                                  AS feed,
       waiting.reason                             AS reason,
       tidemark.recording_text(waiting.recording) AS recording,
       tidemark.release_text(waiting.release)     AS release,
       waiting.territory                          AS territory,
       min(waiting.period_from)                   AS period_from,
       max(waiting.period_to)                     AS period_to,
       sum(waiting.streams)::bigint               AS streams,
       sum(waiting.monetised)::bigint             AS monetised,
       CASE WHEN waiting.currency <> '' THEN sum(waiting.amount) END AS amount,
       nullif(waiting.currency, '')               AS currency,
       sum(waiting.value)                         AS value,
       waiting.value_currency                     AS value_currency
  FROM waiting
  JOIN tidemark.feed ON feed.id = waiting.feed
 GROUP BY feed.name, waiting.reason, waiting.recording, waiting.release, waiting.territory, waiting.currency,
          waiting.value_currency
 ORDER BY abs(sum(waiting.monetised)) DESC, abs(sum(waiting.streams)) DESC, feed, reason, recording, release, territory,
          waiting.currency, waiting.value_currency;
