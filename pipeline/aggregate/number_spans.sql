-- Numbers the feeds, periods and currencies of what was read.
INSERT INTO pg_temp.span (number, feed, period_from, period_to, currency)
SELECT row_number() OVER (),
       here.feed,
       here.period_from,
       here.period_to,
       here.currency
  FROM (SELECT chunk.feed, chunk.period_from, chunk.period_to, chunk.currency FROM pg_temp.chunk
         UNION
        SELECT held.feed, held.period_from, held.period_to, held.currency FROM pg_temp.held) AS here;
