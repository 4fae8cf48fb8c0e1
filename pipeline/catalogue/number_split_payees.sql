-- Puts the numbers of payees where their keys stand. (All at once: the table of payees was filled a moment ago, and a look-up
-- for each split would read it through, since nobody has told the planner how large it is.)
UPDATE pg_temp.split_term
   SET payee_ids = numbered.ids
  FROM (SELECT term.line,
               term.validity,
               array_agg(payee.id ORDER BY part.place) AS ids
          FROM pg_temp.split_term AS term
         CROSS JOIN unnest(term.payees) WITH ORDINALITY AS part (key, place)
          JOIN tidemark.payee ON payee.key = part.key
         GROUP BY term.line, term.validity) AS numbered
 WHERE numbered.line = split_term.line
   AND numbered.validity = split_term.validity;
