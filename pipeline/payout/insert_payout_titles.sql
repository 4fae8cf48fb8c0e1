-- The titles that the lines of a run will say, where the runs before it said others or none: the catalogue's may change.
--   $1  run  bigint
INSERT INTO tidemark.payout_title (bucket, kind, code, run, title)
WITH line AS MATERIALIZED (
    SELECT DISTINCT line.release, line.recording FROM tidemark.payout_earnings($1::bigint) AS line
)
SELECT named.bucket, named.kind, named.code, $1::bigint, named.title
  FROM (SELECT release.bucket, 'release'::tidemark.code_kind AS kind, release.code, release.title
          FROM (SELECT DISTINCT line.release AS code FROM line) AS line
          JOIN tidemark.release ON release.bucket = tidemark.bucket_of(line.code, 0) AND release.code = line.code
         UNION ALL
        SELECT recording.bucket, 'recording', recording.code, recording.title
          FROM (SELECT DISTINCT line.recording AS code FROM line) AS line
          JOIN tidemark.recording ON recording.bucket = tidemark.bucket_of(0, line.code) AND recording.code = line.code) AS named
  LEFT JOIN LATERAL (SELECT earlier.title
                       FROM tidemark.payout_title AS earlier
                      WHERE earlier.bucket = named.bucket AND earlier.kind = named.kind AND earlier.code = named.code
                      ORDER BY earlier.run DESC
                      LIMIT 1) AS before ON true
 WHERE named.title IS DISTINCT FROM before.title;
