-- What a payment is made of: the lines of a run, which add up to its amounts. Every row that they come from is there before the run,
-- and never changes.

CREATE TYPE tidemark.payout_line_kind AS ENUM ('carried_in', 'earned', 'reversed', 'carried_out');

-- For each request what was carried to it, what the accruals that it covers earned and took back, and what it leaves (negative).
CREATE FUNCTION tidemark.payout_lines(run bigint)
RETURNS TABLE (payee integer, request bigint, attempt integer, currency text, kind tidemark.payout_line_kind, feed integer,
               period_from date, period_to date, release bigint, recording bigint, rate bigint, split bigint, share numeric,
               monetised bigint, reported numeric, amount numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
WITH paid AS MATERIALIZED (
    SELECT instruction.payee, instruction.request, instruction.attempt, request.currency, request.amount, request.carried,
           lower(request.accruals) AS first_accrual,
           upper(request.accruals) - 1 AS last_accrual
      FROM tidemark.instruction
      JOIN tidemark.payment_request AS request
        ON request.payee = instruction.payee AND request.number = instruction.request
     WHERE instruction.run = payout_lines.run
)
SELECT paid.payee, paid.request, paid.attempt, paid.currency, 'carried_in'::tidemark.payout_line_kind, NULL::integer,
       NULL::date, NULL::date, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::numeric,
       NULL::bigint, NULL::numeric,
       paid.amount + paid.carried
       - (SELECT coalesce(sum(entry.amount), 0)
            FROM tidemark.payee_entry AS entry
           WHERE entry.payee = paid.payee AND entry.currency = paid.currency AND entry.kind IN ('earned', 'reversed')
             AND entry.accrual BETWEEN paid.first_accrual AND paid.last_accrual)
  FROM paid
 UNION ALL
SELECT paid.payee, paid.request, paid.attempt, paid.currency, earning.kind::text::tidemark.payout_line_kind, earning.feed,
       earning.period_from, earning.period_to, earning.release, earning.recording, earning.rate, earning.split, earning.share,
       sum(earning.monetised)::bigint, sum(earning.reported), sum(earning.amount)
  FROM paid
  JOIN tidemark.earning
    ON earning.payee = paid.payee AND earning.currency = paid.currency
   AND earning.accrual BETWEEN paid.first_accrual AND paid.last_accrual
 GROUP BY paid.payee, paid.request, paid.attempt, paid.currency, earning.kind, earning.feed, earning.period_from,
          earning.period_to, earning.release, earning.recording, earning.rate, earning.split, earning.share
HAVING sum(earning.monetised) <> 0 OR sum(earning.reported) <> 0 OR sum(earning.amount) <> 0
 UNION ALL
SELECT paid.payee, paid.request, paid.attempt, paid.currency, 'carried_out', NULL,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL,
       -paid.carried
  FROM paid;
$$;
