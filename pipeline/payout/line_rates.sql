-- Rates as lines say them.
--   $1  ids  bigint[]
--   →   id, rate, basis
SELECT rate.id               AS id,
       trim_scale(rate.rate) AS rate,
       rate.basis            AS basis
  FROM tidemark.rate
 WHERE rate.id = ANY ($1::bigint[]);
