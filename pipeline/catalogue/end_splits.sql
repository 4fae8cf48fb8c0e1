-- Ends what is in force of a split (of a release, or of a recording on it) that splits.csv mentions and is not there as it is.
--   $1  version  bigint
WITH mentioned AS (
    SELECT split_term.release,
           split_term.recording,
           split_term.validity,
           (SELECT array_agg(payee.id ORDER BY part.place)
              FROM unnest(split_term.payees) WITH ORDINALITY AS part (key, place)
              JOIN tidemark.payee ON payee.key = part.key) AS payees,
           split_term.shares
      FROM pg_temp.split_term
)
UPDATE tidemark.split
   SET until_version = $1::bigint
 WHERE split.until_version IS NULL
   AND (split.release, split.recording) IN (SELECT mentioned.release, mentioned.recording FROM mentioned)
   AND NOT EXISTS (SELECT
                     FROM mentioned
                    WHERE (mentioned.release, mentioned.recording, mentioned.validity, mentioned.payees, mentioned.shares)
                          = (split.release, split.recording, split.validity, split.payees, split.shares));
