-- Releases whose date is reached and that every provider has acknowledged, locked.
--   $1  reached  date
--   →   code, upc, title, date
SELECT release.code                        AS code,
       tidemark.release_text(release.code) AS upc,
       release.title                       AS title,
       release.approved_date               AS date
  FROM tidemark.release
 WHERE release.state = 'set_for_distribution'
   AND release.approved_date <= $1::date
   AND EXISTS (SELECT 1
                 FROM tidemark.outbox_event
                WHERE outbox_event.release = release.code
                  AND outbox_event.kind = 'distribute')
   AND NOT EXISTS (SELECT 1
                     FROM tidemark.outbox_event
                    WHERE outbox_event.release = release.code
                      AND outbox_event.kind = 'distribute'
                      AND outbox_event.state <> 'acknowledged')
 ORDER BY release.approved_date, release.code
   FOR UPDATE OF release;
