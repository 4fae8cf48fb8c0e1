-- The latest runs, newest first.
--   $1  most  bigint
SELECT run.number                                                                  AS number,
       run.stage                                                                   AS stage,
       tidemark.run_state_now(run.stage, run.state)                                AS state,
       to_char(run.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')    AS started_at,
       round(extract(epoch FROM run.finished_at - run.started_at)::numeric, 1)     AS seconds,
       run.started_by                                                              AS started_by,
       run.exit_status                                                             AS exit_status
  FROM tidemark.run
 ORDER BY run.number DESC
 LIMIT $1::bigint;
