-- Releases: by their code. A new one with a date is history: it was distributed then; one without is created.
--   $1  version    bigint
--   $2  made_from  text     for the releases' histories
--   →   added    bigint
--       changed  bigint
WITH former AS ( -- as it is before this statement
    INSERT INTO tidemark.former_title (bucket, kind, code, until_version, title)
    SELECT release.bucket, 'release', release.code, $1::bigint, release.title
      FROM pg_temp.import_release
      JOIN tidemark.release
        ON release.bucket = tidemark.bucket_of(import_release.release, 0)
       AND release.code = import_release.release
     WHERE import_release.title <> release.title
), changed AS (
    UPDATE tidemark.release
       SET title = import_release.title,
           artist = artist.id
      FROM pg_temp.import_release
      JOIN tidemark.artist ON artist.key = import_release.artist
     WHERE release.bucket = tidemark.bucket_of(import_release.release, 0)
       AND release.code = import_release.release
       AND (import_release.title, artist.id) <> (release.title, release.artist)
 RETURNING release.code
), added AS (
    INSERT INTO tidemark.release (bucket, code, title, artist, since_version, state, proposed_date, approved_date, set_at,
                                  distributed_at)
    SELECT tidemark.bucket_of(import_release.release, 0),
           import_release.release,
           import_release.title,
           artist.id,
           $1::bigint,
           (CASE WHEN import_release.released_on IS NULL THEN 'created' ELSE 'distributed' END)::tidemark.release_state,
           import_release.released_on,
           import_release.released_on,
           import_release.released_on::timestamp AT TIME ZONE 'UTC',
           import_release.released_on::timestamp AT TIME ZONE 'UTC'
      FROM pg_temp.import_release
      JOIN tidemark.artist ON artist.key = import_release.artist
     WHERE NOT EXISTS (SELECT
                         FROM tidemark.release
                        WHERE release.bucket = tidemark.bucket_of(import_release.release, 0)
                          AND release.code = import_release.release)
 RETURNING release.bucket, release.code, release.state, release.approved_date
), history AS (
    INSERT INTO tidemark.release_history (bucket, release, number, to_state, date, reason)
    SELECT added.bucket,
           added.code,
           1,
           added.state,
           added.approved_date,
           'imported from ' || $2::text
      FROM added
)
SELECT (SELECT count(*) FROM added)   AS added,
       (SELECT count(*) FROM changed) AS changed;
