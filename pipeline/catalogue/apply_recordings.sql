-- Recordings: by their ISRC.
--   $1  version    bigint
--   →   added    bigint
--       changed  bigint
WITH former AS ( -- as it is before this statement
    INSERT INTO tidemark.former_title (bucket, kind, code, until_version, title)
    SELECT recording.bucket, 'recording', recording.code, $1::bigint, recording.title
      FROM pg_temp.import_recording
      JOIN tidemark.recording
        ON recording.bucket = tidemark.bucket_of(0, import_recording.recording)
       AND recording.code = import_recording.recording
     WHERE import_recording.title <> recording.title
), changed AS (
    UPDATE tidemark.recording
       SET title = import_recording.title,
           artist = artist.id
      FROM pg_temp.import_recording
      JOIN tidemark.artist ON artist.key = import_recording.artist
     WHERE recording.bucket = tidemark.bucket_of(0, import_recording.recording)
       AND recording.code = import_recording.recording
       AND (import_recording.title, artist.id) <> (recording.title, recording.artist)
 RETURNING recording.code
), added AS (
    INSERT INTO tidemark.recording (bucket, code, title, artist, since_version)
    SELECT tidemark.bucket_of(0, import_recording.recording),
           import_recording.recording,
           import_recording.title,
           artist.id,
           $1::bigint
      FROM pg_temp.import_recording
      JOIN tidemark.artist ON artist.key = import_recording.artist
     WHERE NOT EXISTS (SELECT
                         FROM tidemark.recording
                        WHERE recording.bucket = tidemark.bucket_of(0, import_recording.recording)
                          AND recording.code = import_recording.recording)
 RETURNING recording.code
)
SELECT (SELECT count(*) FROM added)   AS added,
       (SELECT count(*) FROM changed) AS changed;
