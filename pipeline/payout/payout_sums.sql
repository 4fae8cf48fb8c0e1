-- What a run's files add up to, by currency; the lines of a request are its amount, to the last digit.
--   $1  run  bigint
--   →   currency  text
--       payments  numeric  in the currency's minor units
--       lines     numeric
SELECT payment.currency                                    AS currency,
       round(payment.amount, currency.minor_units)         AS payments,
       trim_scale(line.amount)                             AS lines
  FROM (SELECT instruction.currency, sum(instruction.amount) AS amount
          FROM tidemark.instruction
         WHERE instruction.run = $1::bigint
         GROUP BY instruction.currency) AS payment
  JOIN (SELECT request.currency, sum(request.lines) AS amount
          FROM (SELECT line.currency, line.request, sum(line.amount) AS lines
                  FROM (SELECT edge.currency, edge.request, edge.amount
                          FROM tidemark.payout_edges($1::bigint) AS edge
                         UNION ALL
                        SELECT earning.currency, earning.request, earning.amount
                          FROM tidemark.payout_earnings($1::bigint) AS earning) AS line
                 GROUP BY line.currency, line.request) AS request
          JOIN tidemark.instruction ON instruction.run = $1::bigint AND instruction.request = request.request
         WHERE request.lines = instruction.amount
            OR tidemark.refuse(70, format('request %s: its lines add up to %s %s, its amount is %s', request.request,
                                          trim_scale(request.lines), request.currency, instruction.amount))
         GROUP BY request.currency) AS line ON line.currency = payment.currency
  JOIN tidemark.currency ON currency.code = payment.currency
 ORDER BY payment.currency COLLATE "C";
