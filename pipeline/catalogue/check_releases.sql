-- What is wrong with the rows of releases.csv. A release that the catalogue has is dated by its life cycle alone.
--   →   line     bigint
--       message  text
SELECT twice.line,
       format('release "%s" stands in line %s already', tidemark.release_text(twice.release), twice.first_line) AS message
  FROM (SELECT import_release.line,
               import_release.release,
               min(import_release.line) OVER (PARTITION BY import_release.release) AS first_line
          FROM pg_temp.import_release
         WHERE import_release.release IS NOT NULL) AS twice
 WHERE twice.line > twice.first_line
 UNION ALL
SELECT import_release.line,
       format('artist "%s" is neither in artists.csv nor in the catalogue', import_release.artist)
  FROM pg_temp.import_release
 WHERE NOT EXISTS (SELECT FROM pg_temp.known_artist WHERE known_artist.key = import_release.artist)
   AND import_release.artist IS NOT NULL
 UNION ALL
SELECT import_release.line,
       CASE WHEN release.approved_date IS NULL
            THEN format('release "%s" is %s in the catalogue, so that `tidemark release` dates it: released_on must be empty',
                        tidemark.release_text(release.code), release.state)
            ELSE format('release "%s" has %s in the catalogue as its date, which an import does not change; found %s',
                        tidemark.release_text(release.code), release.approved_date, import_release.released_on)
       END
  FROM pg_temp.import_release
  JOIN tidemark.release
    ON release.bucket = tidemark.bucket_of(import_release.release, 0) AND release.code = import_release.release
 WHERE import_release.released_on <> coalesce(release.approved_date, '-infinity');
