-- All streams are where the catalogue puts what their rows named: at the version of the last accrual that is complete, each name is
-- resolved anew. Bucket by bucket, as they lie: of what nets to nothing, having been moved, nothing is asked. (How many they are is
-- seen by verify_accruals and verify_usage.)
--   →   compared  bigint  cells
--       breach    text    a sentence; null: none
WITH last AS MATERIALIZED (
    SELECT accrual.number AS accrual, accrual.catalogue_version AS version
      FROM tidemark.accrual
     WHERE accrual.completed_at IS NOT NULL
     ORDER BY accrual.number DESC
     LIMIT 1
), unknown AS MATERIALIZED (
    SELECT ARRAY(SELECT market.id
                   FROM tidemark.market
                  WHERE market.territory <> ''
                    AND NOT EXISTS (SELECT FROM tidemark.territory WHERE territory.code = market.territory)
                    AND NOT EXISTS (SELECT FROM tidemark.territory_alias AS alias
                                     WHERE alias.alias = market.territory
                                       AND tidemark.in_force(alias.since_version, alias.until_version, last.version))) AS markets
      FROM last
), home AS MATERIALIZED (
    SELECT home.recording, home.release
      FROM last
     CROSS JOIN LATERAL tidemark.home_release(last.version) AS home
), lying AS (
    SELECT name.*
      FROM last
     CROSS JOIN unknown
     CROSS JOIN generate_series(0, 255) AS bucket (number)
     CROSS JOIN LATERAL (
        SELECT cell.reason, cell.release, cell.recording, cell.named, cell.played, cell.day, cell.is_known,
               sum(cell.streams) AS streams
          FROM (SELECT NULL::tidemark.suspense_reason                                             AS reason,
                       part.release                                                               AS release,
                       part.recording                                                             AS recording,
                       coalesce(names.named[part.pair], part.release)                             AS named,
                       coalesce(names.played[part.pair], part.recording)                          AS played,
                       usage.period_to                                                            AS day,
                       part.market <> ALL (unknown.markets)                                       AS is_known,
                       part.streams, part.monetised, part.amount
                  FROM tidemark.release_usage AS usage
                 CROSS JOIN LATERAL ( -- once a chunk, not once a cell
                    SELECT tidemark.unpack(usage.named, usage.pair_count)  AS named,
                           tidemark.unpack(usage.played, usage.pair_count) AS played
                    OFFSET 0) AS names
                 CROSS JOIN LATERAL tidemark.unfold(usage.cells, usage.pair_count, usage.releases, usage.recordings, usage.pairs,
                                                    usage.markets, usage.streams, usage.monetised, usage.amounts) AS part
                 WHERE usage.bucket = bucket.number::smallint
                   AND usage.accrual <= last.accrual
                 UNION ALL
                SELECT usage.reason, NULL, NULL, part.release, part.recording, usage.period_to,
                       part.market <> ALL (unknown.markets), part.streams, part.monetised, part.amount
                  FROM tidemark.unplaced_usage AS usage
                 CROSS JOIN LATERAL tidemark.unfold(usage.cells, usage.pair_count, usage.releases, usage.recordings, usage.pairs,
                                                    usage.markets, usage.streams, usage.monetised, usage.amounts) AS part
                 WHERE usage.bucket = bucket.number::smallint
                   AND usage.accrual <= last.accrual) AS cell
         GROUP BY cell.reason, cell.release, cell.recording, cell.named, cell.played, cell.day, cell.is_known
        HAVING sum(cell.streams) <> 0 OR sum(cell.monetised) <> 0 OR sum(cell.amount) <> 0
        OFFSET 0) AS name
), meant AS (
    SELECT lying.*,
           coalesce(of_release.target, lying.named)    AS meant_release,
           coalesce(of_recording.target, lying.played) AS meant_recording
      FROM last
     CROSS JOIN lying
      LEFT JOIN tidemark.alias AS of_release
        ON of_release.bucket = tidemark.bucket_of(lying.named, 0) AND of_release.kind = 'release' AND of_release.alias = lying.named
       AND of_release.validity @> lying.day
       AND tidemark.in_force(of_release.since_version, of_release.until_version, last.version)
      LEFT JOIN tidemark.alias AS of_recording
        ON of_recording.bucket = tidemark.bucket_of(lying.played, 0) AND of_recording.kind = 'recording'
       AND of_recording.alias = lying.played
       AND of_recording.validity @> lying.day
       AND tidemark.in_force(of_recording.since_version, of_recording.until_version, last.version)
), placed AS (
    SELECT meant.*,
           CASE WHEN meant.meant_release <> 0 THEN meant.meant_release ELSE home.release END AS right_release,
           (CASE WHEN meant.meant_recording < 0 THEN 'odd_recording'
                 WHEN meant.meant_release <> 0 AND release.code IS NULL
                     THEN CASE WHEN meant.meant_release < 0 THEN 'odd_release' ELSE 'unknown_release' END
                 WHEN meant.meant_release <> 0 THEN NULL
                 WHEN meant.meant_recording = 0 THEN 'no_code'
                 WHEN home.recording IS NULL
                     THEN CASE WHEN recording.code IS NULL THEN 'unknown_recording' ELSE 'no_release' END
                 WHEN home.release IS NULL THEN 'ambiguous_release'
            END)::tidemark.suspense_reason                                                   AS right_reason
      FROM last
     CROSS JOIN meant
      LEFT JOIN tidemark.release
        ON release.bucket = tidemark.bucket_of(meant.meant_release, 0) AND release.code = meant.meant_release
       AND release.since_version <= last.version
      LEFT JOIN home ON meant.meant_release = 0 AND home.recording = meant.meant_recording
      LEFT JOIN tidemark.recording
        ON meant.meant_release = 0
       AND recording.bucket = tidemark.bucket_of(0, meant.meant_recording) AND recording.code = meant.meant_recording
       AND recording.since_version <= last.version
), judged AS (
    SELECT placed.*,
           CASE WHEN placed.right_reason IS NOT NULL THEN placed.right_reason
                WHEN NOT placed.is_known THEN 'unknown_territory'
           END AS expected
      FROM placed
), breach AS (
    SELECT format('release "%s", recording "%s", to %s: %s streams are %s, and belong %s',
                  coalesce(tidemark.release_text(nullif(judged.named, 0)), '-'),
                  coalesce(tidemark.recording_text(nullif(judged.played, 0)), '-'), judged.day, judged.streams,
                  CASE WHEN judged.reason IS NULL
                       THEN format('with release "%s", recording "%s"', tidemark.release_text(judged.release),
                                   coalesce(tidemark.recording_text(nullif(judged.recording, 0)), '-'))
                       ELSE format('in suspense (%s)', judged.reason) END,
                  CASE WHEN judged.expected IS NULL
                       THEN format('to release "%s", recording "%s"', tidemark.release_text(judged.right_release),
                                   coalesce(tidemark.recording_text(nullif(judged.meant_recording, 0)), '-'))
                       ELSE format('in suspense (%s)', judged.expected) END) AS sentence
      FROM judged
     WHERE judged.reason IS DISTINCT FROM judged.expected
        OR (judged.expected IS NULL
            AND (judged.release, judged.recording) IS DISTINCT FROM (judged.right_release, judged.meant_recording))
)
SELECT everything.compared AS compared,
       breach.sentence     AS breach
  FROM (SELECT (SELECT coalesce(sum(usage.cells), 0) FROM tidemark.release_usage AS usage, last WHERE usage.accrual <= last.accrual)
             + (SELECT coalesce(sum(usage.cells), 0) FROM tidemark.unplaced_usage AS usage, last
                 WHERE usage.accrual <= last.accrual) AS compared) AS everything
  LEFT JOIN breach ON true
 ORDER BY breach.sentence COLLATE "C";
