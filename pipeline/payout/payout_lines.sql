-- The rows of a run's lines.csv.gz, in the order of its columns. Titles are those that the run was built with.
--   $1  run  bigint
SELECT line.request                                      AS request,
       instruction.reference                             AS instruction,
       instruction.payee_key                             AS payee_id,
       line.currency                                     AS currency,
       line.kind                                         AS line,
       provider.name                                     AS provider,
       feed.name                                         AS feed,
       line.period_from                                  AS period_from,
       line.period_to                                    AS period_to,
       tidemark.release_text(line.release)               AS upc,
       release_title.title                               AS release_title,
       tidemark.recording_text(line.recording)           AS isrc,
       recording_title.title                             AS recording_title,
       trim_scale(rate.rate)                             AS rate,
       rate.basis                                        AS basis,
       trim_scale(line.share)                            AS share,
       line.monetised                                    AS monetised,
       CASE WHEN rate.basis = 'amount' THEN trim_scale(line.reported) END AS reported,
       trim_scale(line.amount)                           AS amount
  FROM tidemark.payout_lines($1::bigint) AS line
  JOIN tidemark.instruction
    ON instruction.payee = line.payee AND instruction.request = line.request AND instruction.attempt = line.attempt
  LEFT JOIN tidemark.feed ON feed.id = line.feed
  LEFT JOIN tidemark.provider ON provider.id = feed.provider
  LEFT JOIN tidemark.rate ON rate.id = line.rate
  LEFT JOIN LATERAL (SELECT named.title
                       FROM tidemark.payout_title AS named
                      WHERE named.bucket = tidemark.bucket_of(line.release, 0) AND named.kind = 'release'
                        AND named.code = line.release AND named.run <= $1::bigint
                      ORDER BY named.run DESC
                      LIMIT 1) AS release_title ON true
  LEFT JOIN LATERAL (SELECT named.title
                       FROM tidemark.payout_title AS named
                      WHERE named.bucket = tidemark.bucket_of(0, line.recording) AND named.kind = 'recording'
                        AND named.code = line.recording AND named.run <= $1::bigint
                      ORDER BY named.run DESC
                      LIMIT 1) AS recording_title ON true
 ORDER BY line.request, line.kind, provider.name COLLATE "C", feed.name COLLATE "C", line.period_from, line.period_to,
          line.release, line.recording, line.rate, line.split, line.share;
