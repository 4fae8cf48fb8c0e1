-- What waits, by feed, reason and the names that the rows gave: the most monetised first, then by streams, feed, reason, recording,
-- release. Run behind tune_suspense.sql.
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
--
-- Bucket by bucket, since all that came and was claimed again would not fit into memory at once; the cells of a line lie in one
-- bucket. Only what is left of a cell is of a line: of a recording that has 5 in one market and -5 in another both still wait, and
-- may come to different money. Where nothing is negative nothing can have been taken back, and markets are added up without more.
WITH bucket AS MATERIALIZED (
    SELECT number.number::smallint AS number,
           EXISTS (SELECT
                     FROM tidemark.unpriced_usage AS usage
                    WHERE usage.bucket = number.number::smallint)
           OR EXISTS (SELECT
                        FROM tidemark.unplaced_usage AS usage
                       WHERE usage.bucket = number.number::smallint
                         -- the base is the least of packed numbers, unless they are so wide that there is none
                         AND (tidemark.packed_base(usage.streams) < 0 OR get_byte(usage.streams, 0) = 8
                              OR tidemark.packed_base(usage.monetised) < 0 OR get_byte(usage.monetised, 0) = 8
                              OR 0 > ANY (usage.amounts))) AS may_take_back
      FROM generate_series(0, 255) AS number (number)
), waiting AS (
    SELECT line.*
      FROM bucket
     CROSS JOIN LATERAL (
        SELECT cell.feed,
               cell.reason,
               cell.recording,
               cell.release,
               market.territory,
               cell.currency,
               cell.value_currency,
               min(cell.period_from)                                         AS period_from,
               max(cell.period_to)                                           AS period_to,
               tidemark.total(cell.streams)                                  AS streams,
               tidemark.total(cell.monetised)                                AS monetised,
               sum(cell.amount) FILTER (WHERE cell.currency <> '')           AS amount,
               sum(cell.value) FILTER (WHERE cell.value_currency IS NOT NULL) AS value
          FROM (SELECT part.feed,
                       part.reason,
                       part.recording,
                       part.release,
                       part.market,
                       part.period_from,
                       part.period_to,
                       part.currency,
                       part.value_currency,
                       tidemark.total(part.streams)                                  AS streams,
                       tidemark.total(part.monetised)                                AS monetised,
                       sum(part.amount) FILTER (WHERE part.currency <> '')           AS amount,
                       sum(part.value) FILTER (WHERE part.value_currency IS NOT NULL) AS value
                  FROM (SELECT suspense.feed, suspense.reason, suspense.recording, suspense.release, suspense.period_from,
                               suspense.period_to, suspense.currency, suspense.value_currency, suspense.streams,
                               suspense.monetised, suspense.amount, suspense.value,
                               CASE WHEN bucket.may_take_back OR suspense.reason = 'unknown_territory'
                                    THEN suspense.market
                               END AS market
                          FROM tidemark.suspense
                         WHERE suspense.bucket = bucket.number
                           AND ($1::text IS NULL
                                OR suspense.feed = (SELECT feed.id FROM tidemark.feed WHERE feed.name = $1::text))
                           AND ($2::text IS NULL OR suspense.reason = $2::tidemark.suspense_reason)) AS part
                 GROUP BY part.feed, part.reason, part.recording, part.release, part.market, part.period_from, part.period_to,
                          part.currency, part.value_currency
                HAVING tidemark.total(part.monetised) <> 0
                    OR sum(part.amount) FILTER (WHERE part.currency <> '') <> 0
                    -- (streams that nobody pays for wait for a release, not for a rate)
                    OR (tidemark.total(part.streams) <> 0 AND part.reason NOT IN ('no_rate', 'no_split'))) AS cell
          LEFT JOIN tidemark.market ON market.id = cell.market AND cell.reason IN ('unknown_territory', 'no_rate')
         GROUP BY cell.feed, cell.reason, cell.recording, cell.release, market.territory, cell.currency,
                  cell.value_currency) AS line
)
SELECT sorted.feed                               AS feed,
       sorted.reason                             AS reason,
       tidemark.recording_text(sorted.recording) AS recording,
       tidemark.release_text(sorted.release)     AS release,
       sorted.territory                          AS territory,
       sorted.period_from                        AS period_from,
       sorted.period_to                          AS period_to,
       sorted.streams                            AS streams,
       sorted.monetised                          AS monetised,
       sorted.amount                             AS amount,
       nullif(sorted.currency, '')               AS currency,
       sorted.value                              AS value,
       sorted.value_currency                     AS value_currency
  FROM ( -- the first keys in front, since each comparison walks over all texts before its column
        SELECT abs(waiting.monetised)             AS most_monetised,
               abs(waiting.streams)               AS most_streams,
               waiting.reason,
               waiting.recording,
               waiting.release,
               waiting.period_from,
               waiting.period_to,
               waiting.streams,
               waiting.monetised,
               feed.name COLLATE "C"              AS feed,
               CASE WHEN waiting.recording < 0 THEN tidemark.odd_text(waiting.recording) COLLATE "C" END AS odd_recording,
               CASE WHEN waiting.release < 0 THEN tidemark.odd_text(waiting.release) COLLATE "C" END     AS odd_release,
               waiting.territory COLLATE "C"      AS territory,
               waiting.currency COLLATE "C"       AS currency,
               waiting.value_currency COLLATE "C" AS value_currency,
               waiting.amount,
               waiting.value
          FROM waiting
          JOIN tidemark.feed ON feed.id = waiting.feed
         ORDER BY most_monetised DESC, most_streams DESC, feed, reason, odd_recording, recording, odd_release, release,
                  territory, currency, value_currency) AS sorted;
