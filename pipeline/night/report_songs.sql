-- The songs of an artist, or of all artists of a label, in a period: streams, those that are monetised, those that are not and why
-- not; and what of the monetised waits for a rate or a split. Report periods that lie within are counted.
--   $1  artist  text    key, or name in any case; null: by label
--   $2  label   text    key, or name in any case; null: by artist
--   $3  from    date
--   $4  to      date
--   $5  feeds   text[]  names of the settings' feeds
--   $6  rules   text[]  why a stream of the feed is not monetised, in words
WITH wanted AS (
    SELECT artist.id AS id
      FROM tidemark.artist
      JOIN tidemark.label ON label.id = artist.label
     WHERE artist.key = $1::text
        OR lower(artist.name) = lower($1::text)
        OR label.key = $2::text
        OR lower(label.name) = lower($2::text)
), heard AS (
    SELECT cell.recording              AS recording,
           cell.release                AS release,
           release_usage.feed          AS feed,
           sum(cell.streams)::bigint   AS streams,
           sum(cell.monetised)::bigint AS monetised
      FROM tidemark.release_usage
     CROSS JOIN LATERAL tidemark.unfold(release_usage.cells, release_usage.pair_count, release_usage.releases,
                                        release_usage.recordings, release_usage.pairs, release_usage.markets,
                                        release_usage.streams, release_usage.monetised, release_usage.amounts) AS cell
     WHERE release_usage.period_from >= $3::date
       AND release_usage.period_to <= $4::date
     GROUP BY cell.recording, cell.release, release_usage.feed
    HAVING sum(cell.streams) <> 0 OR sum(cell.monetised) <> 0
), waiting AS (
    SELECT suspense.recording               AS recording,
           suspense.release                 AS release,
           suspense.feed                    AS feed,
           sum(suspense.monetised)::bigint  AS monetised,
           string_agg(DISTINCT suspense.reason::text, ', ') AS reasons
      FROM tidemark.suspense
     WHERE suspense.reason IN ('no_rate', 'no_split')
       AND suspense.period_from >= $3::date
       AND suspense.period_to <= $4::date
     GROUP BY suspense.recording, suspense.release, suspense.feed
    HAVING sum(suspense.monetised) <> 0
)
SELECT coalesce(recording.title, '')                 AS song,
       tidemark.recording_text(heard.recording)      AS isrc,
       release.title                                 AS release,
       tidemark.release_text(heard.release)          AS upc,
       artist.name                                   AS artist,
       feed.name                                     AS feed,
       heard.streams                                 AS streams,
       heard.monetised                               AS monetised,
       heard.streams - heard.monetised               AS unmonetised,
       CASE WHEN heard.streams <> heard.monetised
            THEN (SELECT rule.words
                    FROM unnest($5::text[], $6::text[]) AS rule (feed, words)
                   WHERE rule.feed = feed.name)
       END                                           AS why_not,
       coalesce(waiting.monetised, 0)                AS waiting,
       waiting.reasons                               AS waiting_for
  FROM heard
  JOIN tidemark.feed ON feed.id = heard.feed
  JOIN tidemark.release
    ON release.bucket = tidemark.bucket_of(heard.release, 0)
       AND release.code = heard.release
  LEFT JOIN tidemark.recording
    ON recording.bucket = tidemark.bucket_of(0, heard.recording)
       AND recording.code = heard.recording
  JOIN tidemark.artist ON artist.id = coalesce(recording.artist, release.artist)
  JOIN wanted ON wanted.id = artist.id
  LEFT JOIN waiting
    ON waiting.recording = heard.recording
       AND waiting.release = heard.release
       AND waiting.feed = heard.feed
 ORDER BY artist, monetised DESC, isrc, upc, feed;
