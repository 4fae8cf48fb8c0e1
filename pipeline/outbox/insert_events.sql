-- One event for each provider, in the transaction of the change that it announces.
--   $1  release    bigint
--   $2  kind       text     distribute
--   $3  providers  text[]   names
--   The key is the event's for ever: provider, release, and its number among the release's events there.
INSERT INTO tidemark.outbox_event (key, provider, release, number, kind, payload)
SELECT provider.name || '-' || tidemark.release_text($1::bigint) || '-' || next.number,
       provider.id,
       $1::bigint,
       next.number,
       $2::text,
       jsonb_build_object(
           'schema', 'tidemark.release/1',
           'key', provider.name || '-' || tidemark.release_text($1::bigint) || '-' || next.number,
           'event', $2::text,
           'provider', provider.name,
           'upc', tidemark.release_text(release.code),
           'title', release.title,
           'artist', artist.name,
           'label', label.name,
           'date', release.approved_date,
           'songs', (SELECT jsonb_agg(jsonb_build_object('position', song.position,
                                                         'isrc', tidemark.recording_text(song.recording),
                                                         'title', recording.title)
                                      ORDER BY song.position, song.recording)
                       FROM tidemark.recording_on_release AS song
                       LEFT JOIN tidemark.recording
                         ON recording.bucket = tidemark.bucket_of(0, song.recording)
                            AND recording.code = song.recording
                      WHERE song.bucket = release.bucket
                        AND song.release = release.code
                        AND song.until_version IS NULL))
  FROM tidemark.release
  JOIN tidemark.artist ON artist.id = release.artist
  JOIN tidemark.label ON label.id = artist.label
  JOIN tidemark.provider ON provider.name = ANY ($3::text[])
 CROSS JOIN LATERAL (SELECT 1 + count(*)::integer AS number
                       FROM tidemark.outbox_event AS earlier
                      WHERE earlier.provider = provider.id
                        AND earlier.release = $1::bigint) AS next
 WHERE release.bucket = tidemark.bucket_of($1::bigint, 0)
   AND release.code = $1::bigint;
