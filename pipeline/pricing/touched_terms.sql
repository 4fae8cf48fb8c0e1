-- Rates and splits that came or ended after one version of the catalogue, and not after another. Those of a release that is new itself
-- touch nothing: until it came, all of it was in suspense, and so a night's new releases cost nothing, however long the history.
--   $1  version_before  bigint
--   $2  version         bigint
--   →   provider        integer  0: of any, and so with the two that follow
--       release         bigint
--       recording       bigint
--       first_day       date     on which it may be in force
--       last_day        date
SELECT coalesce(changed.provider, 0)  AS provider,
       coalesce(changed.release, 0)   AS release,
       coalesce(changed.recording, 0) AS recording,
       CASE WHEN lower(changed.validity) > '1900-01-01' THEN lower(changed.validity) ELSE '1900-01-01' END AS first_day,
       CASE WHEN upper(changed.validity) <= '2299-12-31' THEN upper(changed.validity) - 1 ELSE '2299-12-31' END AS last_day
  FROM (SELECT rate.provider, rate.release, rate.recording, rate.validity
          FROM tidemark.rate
         WHERE tidemark.has_changed(rate.since_version, rate.until_version, $1::bigint, $2::bigint)
         UNION
        SELECT NULL, split.release, split.recording, split.validity
          FROM tidemark.split
         WHERE tidemark.has_changed(split.since_version, split.until_version, $1::bigint, $2::bigint)) AS changed
 WHERE changed.release IS NULL
    OR EXISTS (SELECT
                 FROM tidemark.release
                WHERE release.bucket = tidemark.bucket_of(changed.release, 0)
                  AND release.code = changed.release
                  AND release.since_version <= $1::bigint);
