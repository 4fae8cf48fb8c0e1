-- The titles of some recordings that the catalogue of a run knew, as it called them then. Each is looked up by itself (LIMIT): for some
-- thousands of codes the planner would read the whole catalogue. That a title was another is asked only where the catalogue has
-- changed since, which is hardly ever.
--   $1  run    bigint
--   $2  codes  bigint[]
--   →   code, title
SELECT wanted.code AS code,
       CASE WHEN run.is_current THEN named.title
            ELSE coalesce((SELECT former.title
                             FROM tidemark.former_title AS former
                            WHERE former.bucket = named.bucket AND former.kind = 'recording' AND former.code = wanted.code
                              AND former.until_version > run.version
                            ORDER BY former.until_version
                            LIMIT 1), named.title)
       END         AS title
  FROM (SELECT run.catalogue_version AS version,
               NOT EXISTS (SELECT FROM tidemark.catalogue_version AS later WHERE later.version > run.catalogue_version)
                   AS is_current
          FROM tidemark.payout_run AS run
         WHERE run.number = $1::bigint
        OFFSET 0) AS run
 CROSS JOIN unnest($2::bigint[]) AS wanted (code)
 CROSS JOIN LATERAL (SELECT recording.bucket, recording.title
                       FROM tidemark.recording
                      WHERE recording.bucket = tidemark.bucket_of(wanted.code, 0) AND recording.code = wanted.code
                        AND recording.since_version <= run.version
                      LIMIT 1) AS named;
