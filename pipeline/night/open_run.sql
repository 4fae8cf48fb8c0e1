-- Records that a run begins. Runs of the same stage that still call themselves running were interrupted: the caller has the
-- stage's lock, so none of them lives.
--   $1  stage   text
--   →   number  bigint
WITH interrupted AS (
    UPDATE tidemark.run
       SET state = 'interrupted',
           finished_at = clock_timestamp()
     WHERE run.stage = $1::text
       AND run.state = 'running'
)
INSERT INTO tidemark.run (number, stage)
VALUES (tidemark.next_number('run'), $1::text)
RETURNING run.number AS number;
