-- The requests that a run pays, in order, and what was carried to each and what it leaves (negative).
--   $1  run  bigint
--   →   request, reference, payee, payee_key, currency, amount, carried_in, carried_out, first_accrual, last_accrual
SELECT paid.request              AS request,
       instruction.reference     AS reference,
       paid.payee                AS payee,
       instruction.payee_key     AS payee_key,
       paid.currency             AS currency,
       trim_scale(paid.amount)   AS amount,
       trim_scale(edge.into)     AS carried_in,
       trim_scale(edge.out)      AS carried_out,
       paid.first_accrual        AS first_accrual,
       paid.last_accrual         AS last_accrual
  FROM tidemark.payout_requests($1::bigint) AS paid
  JOIN tidemark.instruction
    ON instruction.payee = paid.payee AND instruction.request = paid.request AND instruction.attempt = paid.attempt
  JOIN (SELECT edge.request,
               sum(edge.amount) FILTER (WHERE edge.kind = 'carried_in') AS into,
               sum(edge.amount) FILTER (WHERE edge.kind = 'carried_out') AS out
          FROM tidemark.payout_edges($1::bigint) AS edge
         GROUP BY edge.request) AS edge ON edge.request = paid.request
 ORDER BY paid.request;
