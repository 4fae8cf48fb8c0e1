-- What the catalogue of a run called some releases and recordings; and what providers wrote for codes that are odd. Codes come by
-- bucket: so many of one bucket are one search of its key, a third of what a search for each costs, and OFFSET keeps the planner from
-- reading the whole catalogue instead. That a title was another is asked only where the catalogue has changed since, which is hardly
-- ever.
--   $1  run         bigint
--   $2  releases    text[]    by bucket, from 0: a bigint[] each, or null
--   $3  recordings  text[]
--   $4  odd_codes   bigint[]
--   →   kind        text      'release' and 'recording': a title; 'odd': a code's text
--       code        bigint
--       text        text
WITH run AS MATERIALIZED (
    SELECT payout_run.catalogue_version AS version,
           NOT EXISTS (SELECT
                         FROM tidemark.catalogue_version AS later
                        WHERE later.version > payout_run.catalogue_version) AS is_current
      FROM tidemark.payout_run
     WHERE payout_run.number = $1::bigint
), title AS (
    SELECT 'release'::tidemark.code_kind AS kind, named.bucket, named.code, named.title
      FROM run
     CROSS JOIN unnest($2::text[]) WITH ORDINALITY AS wanted (codes, place)
     CROSS JOIN LATERAL (SELECT release.bucket, release.code, release.title
                           FROM tidemark.release
                          WHERE release.bucket = (wanted.place - 1)::smallint
                            AND release.code = ANY (wanted.codes::bigint[])
                            AND release.since_version <= run.version
                         OFFSET 0) AS named
     WHERE wanted.codes IS NOT NULL
     UNION ALL
    SELECT 'recording', named.bucket, named.code, named.title
      FROM run
     CROSS JOIN unnest($3::text[]) WITH ORDINALITY AS wanted (codes, place)
     CROSS JOIN LATERAL (SELECT recording.bucket, recording.code, recording.title
                           FROM tidemark.recording
                          WHERE recording.bucket = (wanted.place - 1)::smallint
                            AND recording.code = ANY (wanted.codes::bigint[])
                            AND recording.since_version <= run.version
                         OFFSET 0) AS named
     WHERE wanted.codes IS NOT NULL
       AND EXISTS (SELECT FROM tidemark.recording) -- a catalogue may have releases alone
)
SELECT title.kind::text AS kind,
       title.code       AS code,
       CASE WHEN run.is_current THEN title.title
            ELSE coalesce((SELECT former.title
                             FROM tidemark.former_title AS former
                            WHERE former.bucket = title.bucket AND former.kind = title.kind AND former.code = title.code
                              AND former.until_version > run.version
                            ORDER BY former.until_version
                            LIMIT 1), title.title)
       END              AS text
  FROM run
 CROSS JOIN title
 UNION ALL
SELECT 'odd', odd_code.code, odd_code.text
  FROM tidemark.odd_code
 WHERE odd_code.code = ANY ($4::bigint[]);
