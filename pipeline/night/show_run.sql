-- One run with what it did.
--   $1  number  bigint
SELECT run.number                                                                  AS number,
       run.stage                                                                   AS stage,
       tidemark.run_state_now(run.stage, run.state)                                AS state,
       to_char(run.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')    AS started_at,
       to_char(run.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')   AS finished_at,
       round(extract(epoch FROM run.finished_at - run.started_at)::numeric, 1)     AS seconds,
       run.started_by                                                              AS started_by,
       run.exit_status                                                             AS exit_status,
       run.summary                                                                 AS summary
  FROM tidemark.run
 WHERE run.number = $1::bigint;
