-- Enters into the payees' ledgers what an accrual earned and took back. What is entered is what was priced, to the last digit.
--   $1  accrual    bigint
--   $2  booked_on  date
WITH entry AS (
    INSERT INTO tidemark.payee_entry (payee, currency, kind, accrual, amount, booked_on)
    SELECT earning.payee, earning.currency, earning.kind::text::tidemark.entry_kind, $1::bigint, sum(earning.amount), $2::date
      FROM tidemark.earning
     WHERE earning.accrual = $1::bigint
     GROUP BY earning.payee, earning.currency, earning.kind
    HAVING sum(earning.amount) <> 0
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
