-- Brings what splits.csv has and is not in force, once end_splits has made room for it.
--   $1  version  bigint
INSERT INTO tidemark.split (bucket, release, recording, validity, payees, shares, since_version)
SELECT tidemark.bucket_of(split_term.release, 0),
       split_term.release,
       split_term.recording,
       split_term.validity,
       split_term.payee_ids,
       split_term.shares,
       $1::bigint
  FROM pg_temp.split_term
 WHERE NOT EXISTS (SELECT
                     FROM tidemark.split
                    WHERE split.until_version IS NULL
                      AND split.bucket = tidemark.bucket_of(split_term.release, 0)
                      AND split.release = split_term.release
                      AND split.recording = split_term.recording
                      AND split.validity = split_term.validity)
 ORDER BY tidemark.bucket_of(split_term.release, 0), split_term.release; -- as they are looked up: bucket by bucket
