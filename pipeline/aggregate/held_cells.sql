-- What is held in some buckets, and where it lies now.
--   $1  buckets                                    smallint[]
--   →   bucket, feed, period_from, period_to, currency
--       named, played                              bigint   as the row named them
--       market, streams, monetised, amount
--       reason                                     text     it waits for; null: it counts to the release and recording
--       release, recording                         bigint
SELECT held.bucket             AS bucket,
       held.feed               AS feed,
       held.period_from        AS period_from,
       held.period_to          AS period_to,
       held.currency           AS currency,
       held.named              AS named,
       held.played             AS played,
       held.market             AS market,
       held.streams            AS streams,
       held.monetised          AS monetised,
       trim_scale(held.amount) AS amount,
       held.reason::text       AS reason,
       held.release            AS release,
       held.recording          AS recording
  FROM pg_temp.held
 WHERE held.bucket = ANY ($1::smallint[]);
