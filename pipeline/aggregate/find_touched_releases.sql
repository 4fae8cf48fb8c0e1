-- Releases whose cells may go elsewhere than before, as rows name them: those that became known, under all their names, and
-- names that came to mean another release. What is in release usage under such a name lies with what it meant before.
--   $1  previous_version  bigint
--   $2  version           bigint
INSERT INTO pg_temp.touched_release (named, bucket, validity)
WITH changed AS (
    SELECT release.code AS named,
           daterange(NULL, NULL) AS validity
      FROM tidemark.release
     WHERE release.since_version > $1::bigint AND release.since_version <= $2::bigint
     UNION
    SELECT alias.alias,
           daterange(NULL, NULL)
      FROM tidemark.alias
      JOIN tidemark.release ON release.code = alias.target
     WHERE alias.kind = 'release'
       AND release.since_version > $1::bigint AND release.since_version <= $2::bigint
     UNION
    SELECT alias.alias,
           alias.validity
      FROM tidemark.alias
     WHERE alias.kind = 'release'
       AND ((alias.since_version > $1::bigint AND alias.since_version <= $2::bigint)
            OR (alias.until_version > $1::bigint AND alias.until_version <= $2::bigint))
)
SELECT changed.named,
       NULL,
       changed.validity
  FROM changed
 UNION ALL
SELECT changed.named,
       tidemark.bucket_of(alias.target, 0),
       changed.validity
  FROM changed
  JOIN tidemark.alias ON alias.kind = 'release' AND alias.alias = changed.named
 WHERE tidemark.in_force(alias.since_version, alias.until_version, $1::bigint)
 UNION ALL
SELECT changed.named,
       release.bucket,
       changed.validity
  FROM changed
  JOIN tidemark.release
    ON release.bucket = tidemark.bucket_of(changed.named, 0) AND release.code = changed.named
 WHERE release.since_version <= $1::bigint;
