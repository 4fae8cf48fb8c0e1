-- Enters into the payees' ledgers what an accrual earned and took back, once they are locked. What is entered is what was priced, to
-- the last digit. An entry of 0 says that there are lines, whose sum it is.
--   $1  accrual     bigint
--   $2  booked_on   date
--   $3  payees      integer[] what was earned, in parts
--   $4  currencies  text[]
--   $5  kinds       text[]
--   $6  amounts     text[]
--   $7  first_days  text[]    of the service periods
--   $8  last_days   text[]
WITH entry AS (
    INSERT INTO tidemark.payee_entry (payee, currency, number, kind, accrual, amount, balance, first_day, last_day, booked_on)
    SELECT new.payee, new.currency, coalesce(last.number, 0) + new.place, new.kind, $1::bigint, new.amount,
           coalesce(last.balance, 0) + new.amount_so_far, new.first_day, new.last_day, $2::date
      FROM (SELECT part.payee, part.currency, part.kind,
                   row_number() OVER ledger      AS place,
                   sum(part.amount)              AS amount,
                   sum(sum(part.amount)) OVER ledger AS amount_so_far,
                   min(part.first_day)           AS first_day,
                   max(part.last_day)            AS last_day
              FROM (SELECT unnest($3::integer[])                  AS payee,
                           unnest($4::text[])                     AS currency,
                           unnest($5::text[])::tidemark.entry_kind AS kind,
                           unnest($6::text[])::numeric            AS amount,
                           unnest($7::text[])::date               AS first_day,
                           unnest($8::text[])::date               AS last_day) AS part
             GROUP BY part.payee, part.currency, part.kind
            WINDOW ledger AS (PARTITION BY part.payee, part.currency ORDER BY part.kind)) AS new
      LEFT JOIN LATERAL tidemark.end_of_ledger(new.payee, new.currency) AS last ON true
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
