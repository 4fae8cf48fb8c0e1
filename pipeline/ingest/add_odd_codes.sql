-- Numbers the odd codes that have none; in one order, and without using up numbers, as add_markets does.
--   $1  kinds  text[]  recording, release
--   $2  texts  text[]
INSERT INTO tidemark.odd_code (kind, text)
SELECT wanted.kind, wanted.text
  FROM unnest($1::tidemark.code_kind[], $2::text[]) AS wanted (kind, text)
 WHERE NOT EXISTS (SELECT
                     FROM tidemark.odd_code
                    WHERE odd_code.kind = wanted.kind AND odd_code.text = wanted.text)
 ORDER BY wanted.kind, wanted.text COLLATE "C"
    ON CONFLICT DO NOTHING;
