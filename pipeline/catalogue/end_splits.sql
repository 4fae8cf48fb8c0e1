-- Ends what is in force of a split (of a release, or of a recording on it) that splits.csv mentions and is not there as it is.
--   $1  version  bigint
UPDATE tidemark.split
   SET until_version = $1::bigint
 WHERE split.until_version IS NULL
   AND (split.release, split.recording) IN (SELECT split_term.release, split_term.recording FROM pg_temp.split_term)
   AND NOT EXISTS (SELECT
                     FROM pg_temp.split_term
                    WHERE (split_term.release, split_term.recording, split_term.validity, split_term.payee_ids,
                           split_term.shares)
                          = (split.release, split.recording, split.validity, split.payees, split.shares));
