-- What accruals have earnings of: kinds, feeds and periods, in the order in which the lines of a request come. Accrual by accrual, so
-- that the index is asked: until a table of earnings that grew has been analyzed, = ANY reads all of it.
--   $1  accruals  bigint[]
--   →   kind, feed, provider, feed_name, period_from, period_to
--       is_reported  boolean  some of its rates take a share of what the provider reported
--       named_bytes  bigint   of what names its splits, as it is stored
--       split_bytes  bigint   of all splits that there are
SELECT span.kind          AS kind,
       span.feed          AS feed,
       provider.name      AS provider,
       feed.name          AS feed_name,
       span.period_from   AS period_from,
       span.period_to     AS period_to,
       span.is_reported   AS is_reported,
       span.named_bytes   AS named_bytes,
       pg_relation_size('tidemark.split') AS split_bytes
  FROM (SELECT earning.kind, earning.feed, earning.period_from, earning.period_to,
               bool_or(earning.basis = 'amount') AS is_reported,
               sum(pg_column_size(earning.splits))::bigint AS named_bytes
          FROM unnest($1::bigint[]) AS wanted (accrual)
         CROSS JOIN LATERAL (SELECT earning.*
                               FROM tidemark.earning
                              WHERE earning.accrual = wanted.accrual
                             OFFSET 0) AS earning
         GROUP BY earning.kind, earning.feed, earning.period_from, earning.period_to) AS span
  JOIN tidemark.feed ON feed.id = span.feed
  JOIN tidemark.provider ON provider.id = feed.provider
 ORDER BY span.kind, provider.name COLLATE "C", feed.name COLLATE "C", span.period_from, span.period_to;
