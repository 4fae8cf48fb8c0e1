-- What a payment is made of: the lines of a run, which add up to its amounts. Every row that they come from is there before the run,
-- and never changes.

CREATE TYPE tidemark.payout_line_kind AS ENUM ('carried_in', 'earned', 'reversed', 'carried_out');

-- What a run's requests cover.
CREATE FUNCTION tidemark.payout_requests(run bigint)
RETURNS TABLE (payee integer, request bigint, attempt integer, currency text, amount numeric, carried numeric,
               first_accrual bigint, last_accrual bigint)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT instruction.payee, instruction.request, instruction.attempt, request.currency, request.amount, request.carried,
           lower(request.accruals), upper(request.accruals) - 1
      FROM tidemark.instruction
      JOIN tidemark.payment_request AS request
        ON request.payee = instruction.payee AND request.number = instruction.request
     WHERE instruction.run = payout_requests.run;
$$;

-- The lines of earnings that a run pays, as they were priced. The payees' ledgers say in which accruals there are any.
CREATE FUNCTION tidemark.payout_earnings(run bigint)
RETURNS TABLE (payee integer, request bigint, attempt integer, currency text, kind tidemark.earning_kind, feed integer,
               period_from date, period_to date, release bigint, recording bigint, rate bigint, split bigint, share numeric,
               monetised bigint, reported numeric, amount numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
WITH paid AS MATERIALIZED (
    SELECT request.* FROM tidemark.payout_requests(payout_earnings.run) AS request
)
SELECT paid.payee, paid.request, paid.attempt, paid.currency, line.kind, line.feed, line.period_from, line.period_to,
       line.release, line.recording, line.rate, line.split, line.share, line.monetised, line.reported, line.amount
  FROM paid
  JOIN (SELECT line.*
          FROM tidemark.earning_line AS line
         WHERE line.accrual IN (SELECT entry.accrual
                                  FROM paid
                                  JOIN tidemark.payee_entry AS entry
                                    ON entry.payee = paid.payee AND entry.currency = paid.currency
                                   AND entry.accrual BETWEEN paid.first_accrual AND paid.last_accrual
                                 WHERE entry.kind IN ('earned', 'reversed'))) AS line
    ON line.payee = paid.payee AND line.currency = paid.currency
   AND line.accrual BETWEEN paid.first_accrual AND paid.last_accrual;
$$;

-- What was carried to each request, and what it leaves (negative).
CREATE FUNCTION tidemark.payout_edges(run bigint)
RETURNS TABLE (payee integer, request bigint, attempt integer, currency text, kind tidemark.payout_line_kind, amount numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT paid.payee, paid.request, paid.attempt, paid.currency, 'carried_in'::tidemark.payout_line_kind,
       paid.amount + paid.carried
       - (SELECT coalesce(sum(entry.amount), 0)
            FROM tidemark.payee_entry AS entry
           WHERE entry.payee = paid.payee AND entry.currency = paid.currency AND entry.kind IN ('earned', 'reversed')
             AND entry.accrual BETWEEN paid.first_accrual AND paid.last_accrual)
  FROM tidemark.payout_requests(payout_edges.run) AS paid
 UNION ALL
SELECT paid.payee, paid.request, paid.attempt, paid.currency, 'carried_out', -paid.carried
  FROM tidemark.payout_requests(payout_edges.run) AS paid;
$$;

-- For each request what was carried to it, what the accruals that it covers earned and took back, and what it leaves.
CREATE FUNCTION tidemark.payout_lines(run bigint)
RETURNS TABLE (payee integer, request bigint, attempt integer, currency text, kind tidemark.payout_line_kind, feed integer,
               period_from date, period_to date, release bigint, recording bigint, rate bigint, split bigint, share numeric,
               monetised bigint, reported numeric, amount numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT edge.payee, edge.request, edge.attempt, edge.currency, edge.kind, NULL::integer, NULL::date, NULL::date, NULL::bigint,
       NULL::bigint, NULL::bigint, NULL::bigint, NULL::numeric, NULL::bigint, NULL::numeric, edge.amount
  FROM tidemark.payout_edges(payout_lines.run) AS edge
 UNION ALL
SELECT line.payee, line.request, line.attempt, line.currency, line.kind::text::tidemark.payout_line_kind, line.feed,
       line.period_from, line.period_to, line.release, line.recording, line.rate, line.split, line.share,
       tidemark.total(line.monetised), sum(line.reported), sum(line.amount)
  FROM tidemark.payout_earnings(payout_lines.run) AS line
 GROUP BY line.payee, line.request, line.attempt, line.currency, line.kind, line.feed, line.period_from, line.period_to,
          line.release, line.recording, line.rate, line.split, line.share
HAVING tidemark.total(line.monetised) <> 0 OR sum(line.reported) <> 0 OR sum(line.amount) <> 0;
$$;
