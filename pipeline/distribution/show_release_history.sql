-- What happened to a release: who and why, oldest first.
--   $1  code  bigint
SELECT release_history.number     AS number,
       to_char(release_history.changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS changed_at,
       release_history.changed_by AS changed_by,
       release_history.from_state AS from_state,
       release_history.to_state   AS to_state,
       release_history.date       AS date,
       release_history.reason     AS reason
  FROM tidemark.release_history
 WHERE release_history.bucket = tidemark.bucket_of($1::bigint, 0)
   AND release_history.release = $1::bigint
 ORDER BY release_history.number;
