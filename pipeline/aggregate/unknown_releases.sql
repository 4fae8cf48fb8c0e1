-- Which of some releases the catalogue does not know, at a version of it.
--   $1  releases  bigint[]
--   $2  version   bigint
--   →   release   bigint  rising
SELECT sought.release AS release
  FROM unnest($1::bigint[]) AS sought (release)
 WHERE NOT EXISTS (SELECT
                     FROM tidemark.release
                    WHERE release.bucket = tidemark.bucket_of(sought.release, 0)
                      AND release.code = sought.release
                      AND release.since_version <= $2::bigint)
 ORDER BY sought.release;
