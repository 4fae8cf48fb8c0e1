-- What all accruals together should have come to: all usage priced anew in SQL by the terms of the last of them, and what was written,
-- earned and taken back, waiting and no longer waiting. No row in seed.anew_difference: they are the same, sum by sum.
CREATE VIEW seed.last_accrual AS
SELECT accrual.number, accrual.catalogue_version
  FROM tidemark.accrual
 ORDER BY accrual.number DESC
 LIMIT 1;
CREATE VIEW seed.anew AS
SELECT price.*
  FROM seed.last_accrual AS last
 CROSS JOIN LATERAL tidemark.price(last.catalogue_version, last.number) AS price;

CREATE VIEW seed.expected_anew AS
SELECT concat_ws(' ', 'earns', bucket, feed, period_from, period_to, release, recording, rate, split, basis, currency,
                 sum(monetised), trim_scale(sum(amount))) AS line
  FROM seed.anew
 WHERE split IS NOT NULL
 GROUP BY bucket, feed, period_from, period_to, release, recording, rate, split, basis, currency
HAVING sum(monetised) <> 0 OR sum(amount) <> 0
 UNION ALL
SELECT concat_ws(' ', 'waits', bucket, reason, feed, period_from, period_to, reported_currency, release, recording, market,
                 coalesce(currency, '-'), sum(streams), sum(monetised), trim_scale(sum(amount)),
                 trim_scale(coalesce(sum(worth), 0)))
  FROM seed.anew
 WHERE reason IS NOT NULL
 GROUP BY bucket, reason, feed, period_from, period_to, reported_currency, release, recording, market, currency
HAVING sum(streams) <> 0 OR sum(monetised) <> 0 OR sum(amount) <> 0 OR sum(worth) <> 0
 UNION ALL
SELECT concat_ws(' ', 'rated', chunk.bucket, chunk.currency, trim_scale(sum(chunk.worth)))
  FROM seed.last_accrual AS last
 CROSS JOIN LATERAL tidemark.price_chunks(last.catalogue_version, last.number) AS chunk
 WHERE chunk.read_streams IS NOT NULL
   AND chunk.currency IS NOT NULL
 GROUP BY chunk.bucket, chunk.currency
HAVING sum(chunk.worth) <> 0
 UNION ALL
SELECT concat_ws(' ', 'owed', line.payee, line.currency, trim_scale(sum(line.worth * line.share)))
  FROM (SELECT anew.currency, anew.worth, unnest(split.payees) AS payee, unnest(split.shares) AS share
          FROM seed.anew
          JOIN tidemark.split ON split.bucket = anew.bucket AND split.id = anew.split) AS line
 GROUP BY line.payee, line.currency
HAVING sum(line.worth * line.share) <> 0;

CREATE VIEW seed.actual_anew AS
SELECT concat_ws(' ', 'earns', bucket, feed, period_from, period_to, release, recording, rate, split, basis, currency,
                 sum(monetised), trim_scale(sum(coalesce(reported, 0)))) AS line
  FROM tidemark.earning_part
 GROUP BY bucket, feed, period_from, period_to, release, recording, rate, split, basis, currency
HAVING sum(monetised) <> 0 OR sum(reported) <> 0
 UNION ALL
SELECT concat_ws(' ', 'waits', bucket, reason, feed, period_from, period_to, currency, release, recording, market,
                 coalesce(value_currency, '-'), sum(streams), sum(monetised), trim_scale(sum(amount)),
                 trim_scale(coalesce(sum(value), 0)))
  FROM tidemark.suspense
 WHERE reason IN ('no_rate', 'no_split')
 GROUP BY bucket, reason, feed, period_from, period_to, currency, release, recording, market, value_currency
HAVING sum(streams) <> 0 OR sum(monetised) <> 0 OR sum(amount) <> 0 OR sum(value) <> 0
 UNION ALL
SELECT concat_ws(' ', 'rated', bucket, currency, trim_scale(sum(rated)))
  FROM tidemark.pricing_total
 GROUP BY bucket, currency
HAVING sum(rated) <> 0
 UNION ALL
SELECT concat_ws(' ', 'owed', payee, currency, trim_scale(sum(amount)))
  FROM tidemark.payee_entry
 WHERE kind IN ('earned', 'reversed')
 GROUP BY payee, currency
HAVING sum(amount) <> 0;

CREATE VIEW seed.anew_difference AS
SELECT coalesce(string_agg(what || ' ' || line, E'\n' ORDER BY line COLLATE "C"), '') AS difference
  FROM ((SELECT 'missing:' AS what, expected.line FROM seed.expected_anew AS expected
         EXCEPT ALL SELECT 'missing:', actual.line FROM seed.actual_anew AS actual)
        UNION ALL
        (SELECT 'too much:', actual.line FROM seed.actual_anew AS actual
         EXCEPT ALL SELECT 'too much:', expected.line FROM seed.expected_anew AS expected)) AS difference;
