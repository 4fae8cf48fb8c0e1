-- Enters into the payees' ledgers what an accrual earned and took back. What is entered is what was priced, to the last digit. An
-- entry of 0 says that there are lines, whose sum it is.
--   $1  accrual    bigint
--   $2  booked_on  date
WITH entry AS (
    INSERT INTO tidemark.payee_entry (payee, currency, kind, accrual, amount, booked_on)
    SELECT line.payee, line.currency, line.kind::text::tidemark.entry_kind, $1::bigint, sum(line.amount), $2::date
      FROM (SELECT line.currency, line.kind, line.payee, line.worth * line.share AS amount
              FROM (SELECT summed.kind, summed.currency, unnest(split.payees) AS payee, unnest(split.shares) AS share,
                           CASE summed.basis WHEN 'amount' THEN summed.reported ELSE summed.monetised END * rate.rate AS worth
                      FROM (SELECT earning.bucket, earning.kind, earning.basis, earning.currency, part.*
                              FROM tidemark.earning
                             CROSS JOIN LATERAL (SELECT part.rate, part.split, tidemark.total(part.monetised) AS monetised,
                                                        sum(part.reported) AS reported
                                                   FROM (SELECT unnest(earning.rates) AS rate,
                                                                unnest(earning.splits) AS split,
                                                                unnest(earning.monetised) AS monetised,
                                                                unnest(earning.reported) AS reported,
                                                                generate_series(1, cardinality(earning.splits))) AS part
                                                  GROUP BY part.rate, part.split) AS part
                             WHERE earning.accrual = $1::bigint) AS summed
                      JOIN tidemark.rate ON rate.id = summed.rate
                      JOIN tidemark.split ON split.bucket = summed.bucket AND split.id = summed.split) AS line) AS line
     GROUP BY line.payee, line.currency, line.kind
    RETURNING payee_entry.currency, payee_entry.amount
), total AS (
    SELECT side.currency,
           sum(side.entered) AS entered,
           sum(side.priced)  AS priced
      FROM (SELECT entry.currency, entry.amount AS entered, 0 AS priced FROM entry
             UNION ALL
            SELECT pricing_total.currency, 0, pricing_total.earned
              FROM tidemark.pricing_total
             WHERE pricing_total.accrual = $1::bigint) AS side
     GROUP BY side.currency
)
SELECT total.currency
  FROM total
 WHERE total.entered <> total.priced
   AND tidemark.refuse(70, format('accrual %s: %s %s are priced, but %s are entered', $1::bigint, total.priced, total.currency,
                                  total.entered));
