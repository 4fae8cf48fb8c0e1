-- The rows of a run's lines.csv.gz as plain SQL gives them, in the order of its columns: what payout_lines_test.c holds the file
-- against.
--   $1  run  bigint
WITH line AS MATERIALIZED (
    -- The place is 1, but the planner takes it for a thousand: what is joined to the lines is hashed then, not the lines.
    SELECT line.*, instruction.reference, instruction.payee_key,
           generate_series(1, least(line.request, 1)::integer) AS place
      FROM tidemark.payout_lines($1::bigint) AS line
      JOIN tidemark.instruction
        ON instruction.payee = line.payee AND instruction.request = line.request AND instruction.attempt = line.attempt
), release AS MATERIALIZED (
    SELECT code.code,
           tidemark.release_text(code.code) AS upc,
           coalesce(former.title, named.title) AS title
      FROM (SELECT DISTINCT line.release AS code FROM line) AS code
     CROSS JOIN (SELECT run.* FROM tidemark.payout_run AS run WHERE run.number = $1::bigint) AS run
      LEFT JOIN tidemark.release AS named ON named.code = code.code AND named.since_version <= run.catalogue_version
      LEFT JOIN (SELECT DISTINCT ON (old.code) old.code, old.title
                   FROM tidemark.former_title AS old
                   JOIN tidemark.payout_run AS run ON run.number = $1::bigint AND old.until_version > run.catalogue_version
                  WHERE old.kind = 'release'
                  ORDER BY old.code, old.until_version) AS former ON former.code = named.code
), recording AS MATERIALIZED (
    SELECT code.code,
           tidemark.recording_text(code.code) AS isrc,
           coalesce(former.title, named.title) AS title
      FROM (SELECT DISTINCT line.recording AS code FROM line) AS code
     CROSS JOIN (SELECT run.* FROM tidemark.payout_run AS run WHERE run.number = $1::bigint) AS run
      LEFT JOIN tidemark.recording AS named ON named.code = code.code AND named.since_version <= run.catalogue_version
      LEFT JOIN (SELECT DISTINCT ON (old.code) old.code, old.title
                   FROM tidemark.former_title AS old
                   JOIN tidemark.payout_run AS run ON run.number = $1::bigint AND old.until_version > run.catalogue_version
                  WHERE old.kind = 'recording'
                  ORDER BY old.code, old.until_version) AS former ON former.code = named.code
)
SELECT line.request                                      AS request,
       line.reference                                    AS instruction,
       line.payee_key                                    AS payee_id,
       line.currency                                     AS currency,
       line.kind                                         AS line,
       source.provider                                   AS provider,
       source.feed                                       AS feed,
       line.period_from                                  AS period_from,
       line.period_to                                    AS period_to,
       release.upc                                       AS upc,
       release.title                                     AS release_title,
       recording.isrc                                    AS isrc,
       recording.title                                   AS recording_title,
       trim_scale(rate.rate)                             AS rate,
       rate.basis                                        AS basis,
       trim_scale(line.share)                            AS share,
       line.monetised                                    AS monetised,
       CASE WHEN rate.basis = 'amount' THEN trim_scale(line.reported) END AS reported,
       trim_scale(line.amount)                           AS amount
  FROM line
  LEFT JOIN (SELECT feed.id, feed.name AS feed, provider.name AS provider,
                    rank() OVER (ORDER BY provider.name COLLATE "C", feed.name COLLATE "C") AS place
               FROM tidemark.feed
               JOIN tidemark.provider ON provider.id = feed.provider) AS source ON source.id = line.feed
  LEFT JOIN tidemark.rate ON rate.id = line.rate
  LEFT JOIN release ON release.code = line.release
  LEFT JOIN recording ON recording.code = line.recording
 ORDER BY line.request, line.kind, source.place, line.period_from, line.period_to, line.release, line.recording, line.rate,
          line.split, line.share;
