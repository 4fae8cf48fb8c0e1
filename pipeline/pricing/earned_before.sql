-- What payees earn of the buckets of an accrual that an earlier run priced, which ended before it was entered.
--   $1  accrual   bigint
--   →   payee     bigint
--       currency  text
--       kind      text     'earned'
--       amount    numeric
--       first_day date     of the service periods
--       last_day  date
SELECT share.payee::bigint AS payee,
       earning.currency    AS currency,
       earning.kind::text  AS kind,
       sum(share.amount)   AS amount,
       min(earning.period_from) AS first_day,
       max(earning.period_to) AS last_day
  FROM tidemark.earning
 CROSS JOIN LATERAL tidemark.shares_of(earning.bucket, earning.basis, earning.splits, earning.rates, earning.rate_ends,
                                       earning.pairs, earning.monetised, earning.reported) AS share
 WHERE earning.accrual = $1::bigint
 GROUP BY share.payee, earning.currency, earning.kind;
