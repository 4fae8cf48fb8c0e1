-- Payout runs are numbered without gaps, each names the manifest of the one before it, and the lines of each request add up to its
-- amount.
--   →   compared  bigint  runs
--       breach    text    a sentence; null: none
WITH chained AS (
    SELECT run.*,
           coalesce(lag(run.manifest_sha256) OVER (ORDER BY run.number), '') AS expected_manifest
      FROM tidemark.payout_run AS run
), line AS (
    SELECT run.number AS run, line.request, sum(line.amount) AS amount
      FROM tidemark.payout_run AS run
     CROSS JOIN LATERAL tidemark.payout_lines(run.number) AS line
     WHERE run.adopted_by IS NULL
     GROUP BY run.number, line.request
), breach AS (
    SELECT format('%s payout runs, the highest is number %s, the counter says %s', count(run.number),
                  coalesce(max(run.number), 0), counter.last) AS sentence
      FROM tidemark.counter
      LEFT JOIN tidemark.payout_run AS run ON true
     WHERE counter.name = 'payout_run'
     GROUP BY counter.last
    HAVING count(run.number) <> counter.last OR coalesce(max(run.number), 0) <> counter.last
     UNION ALL
    SELECT format('payout run %s names the manifest %s as the one before its own, that is %s', chained.number,
                  chained.previous_manifest, chained.expected_manifest)
      FROM chained
     WHERE chained.previous_manifest <> chained.expected_manifest
     UNION ALL
    SELECT format('payout run %s: the lines of request %s add up to %s, it pays %s', instruction.run, instruction.request,
                  trim_scale(coalesce(line.amount, 0)), instruction.amount)
      FROM tidemark.instruction
      JOIN tidemark.payout_run AS run ON run.number = instruction.run AND run.adopted_by IS NULL
      LEFT JOIN line ON line.run = instruction.run AND line.request = instruction.request
     WHERE coalesce(line.amount, 0) <> instruction.amount
)
SELECT everything.compared AS compared,
       breach.sentence     AS breach
  FROM (SELECT count(*) AS compared FROM tidemark.payout_run) AS everything
  LEFT JOIN breach ON true
 ORDER BY breach.sentence COLLATE "C";
