-- What the first accrual, which prices no usage again, should have come to: tidemark.price_chunks() as it stands in SQL, and what
-- was written. No row in seed.pricing_difference: they are the same, row by row.
CREATE VIEW seed.priced AS
SELECT price.*
  FROM tidemark.accrual
 CROSS JOIN LATERAL tidemark.price(accrual.catalogue_version, 1) AS price
 WHERE accrual.number = 1;
CREATE VIEW seed.read AS
SELECT chunk.*
  FROM tidemark.accrual
 CROSS JOIN LATERAL tidemark.price_chunks(accrual.catalogue_version, 1) AS chunk
 WHERE accrual.number = 1
   AND chunk.read_streams IS NOT NULL;

-- Markets of a release or recording that a rate names have an element each in SQL; and there may be usage with reported amounts and
-- without under the same rate. What comes to nothing says nothing.
CREATE VIEW seed.expected_pricing AS
SELECT concat_ws(' ', 'earns', bucket, feed, period_from, period_to, release, recording, rate, split, basis, currency,
                 sum(monetised), trim_scale(sum(amount))) AS line
  FROM (SELECT priced.bucket, priced.feed, priced.period_from, priced.period_to, priced.release, priced.recording, priced.rate,
               priced.split, priced.basis, priced.currency, priced.monetised, priced.amount
          FROM seed.priced
         WHERE priced.split IS NOT NULL) AS earns
 GROUP BY bucket, feed, period_from, period_to, release, recording, rate, split, basis, currency
HAVING sum(monetised) <> 0 OR sum(amount) <> 0
 UNION ALL
SELECT concat_ws(' ', 'waits', bucket, reason, feed, period_from, period_to, reported_currency, release, recording, market, streams,
                 monetised, trim_scale(amount), coalesce(trim_scale(worth)::text, '-'), coalesce(currency, '-'))
  FROM seed.priced
 WHERE reason IS NOT NULL
 UNION ALL
SELECT concat_ws(' ', 'bucket', number, coalesce(sum(read_streams), 0), coalesce(sum(read_monetised), 0),
                 trim_scale(coalesce(sum(read_amount), 0)))
  FROM generate_series(0, 255) AS number
  LEFT JOIN seed.read ON read.bucket = number
 GROUP BY number
 UNION ALL
SELECT concat_ws(' ', 'rated', bucket, currency, trim_scale(sum(worth)))
  FROM seed.read
 WHERE currency IS NOT NULL
 GROUP BY bucket, currency
 UNION ALL
SELECT concat_ws(' ', 'owed', line.payee, line.currency, trim_scale(sum(line.worth * line.share)), min(line.period_from),
                 max(line.period_to))
  FROM (SELECT priced.currency, priced.worth, priced.period_from, priced.period_to, unnest(split.payees) AS payee,
               unnest(split.shares) AS share
          FROM seed.priced
          JOIN tidemark.split ON split.bucket = priced.bucket AND split.id = priced.split) AS line
 GROUP BY line.payee, line.currency;

CREATE VIEW seed.actual_pricing AS
SELECT concat_ws(' ', 'earns', bucket, feed, period_from, period_to, release, recording, rate, split, basis, currency,
                 sum(monetised), trim_scale(sum(coalesce(reported, 0)))) AS line
  FROM tidemark.earning_part
 WHERE kind = 'earned'
 GROUP BY bucket, feed, period_from, period_to, release, recording, rate, split, basis, currency
HAVING sum(monetised) <> 0 OR sum(reported) <> 0
 UNION ALL
SELECT concat_ws(' ', 'waits', bucket, reason, feed, period_from, period_to, currency, release, recording, market, streams,
                 monetised, trim_scale(amount), coalesce(trim_scale(value)::text, '-'), coalesce(value_currency, '-'))
  FROM tidemark.suspense
 WHERE reason IN ('no_rate', 'no_split')
 UNION ALL
SELECT concat_ws(' ', 'bucket', bucket, streams, monetised, trim_scale(amount))
  FROM tidemark.pricing_bucket
 UNION ALL
SELECT concat_ws(' ', 'rated', bucket, currency, trim_scale(rated))
  FROM tidemark.pricing_total
 WHERE rated = earned + suspended
 UNION ALL
SELECT concat_ws(' ', 'owed', payee, currency, trim_scale(amount), first_day, last_day)
  FROM tidemark.payee_entry
 WHERE kind = 'earned';

CREATE VIEW seed.pricing_difference AS
SELECT coalesce(string_agg(what || ' ' || line, E'\n' ORDER BY line COLLATE "C"), '') AS difference
  FROM ((SELECT 'missing:' AS what, expected.line FROM seed.expected_pricing AS expected
         EXCEPT ALL SELECT 'missing:', actual.line FROM seed.actual_pricing AS actual)
        UNION ALL
        (SELECT 'too much:', actual.line FROM seed.actual_pricing AS actual
         EXCEPT ALL SELECT 'too much:', expected.line FROM seed.expected_pricing AS expected)) AS difference;

-- As if usage had come in several chunks: each of some buckets once more, behind the others.
CREATE FUNCTION seed.double_chunks() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMP TABLE doubled ON COMMIT DROP AS
    SELECT usage.* FROM tidemark.release_usage AS usage WHERE usage.bucket % 3 > 0;
    INSERT INTO tidemark.release_usage SELECT doubled.* FROM doubled;
    UPDATE tidemark.accrual_bucket AS bucket
       SET matched_streams = matched_streams + total.streams, counted_streams = counted_streams + total.streams,
           matched_monetised = matched_monetised + total.monetised, counted_monetised = counted_monetised + total.monetised,
           matched_amount = matched_amount + total.amount, counted_amount = counted_amount + total.amount
      FROM (SELECT sum(total_streams) AS streams, sum(total_monetised) AS monetised, sum(total_amount) AS amount FROM doubled) AS total
     WHERE bucket.bucket = 0 AND total.streams IS NOT NULL;
END
$$;
