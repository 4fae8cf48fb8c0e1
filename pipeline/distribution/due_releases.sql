-- Approved releases whose date is due, the earliest first.
--   $1  due_to  date
--   →   upc, title, date
SELECT tidemark.release_text(release.code) AS upc,
       release.title                       AS title,
       release.approved_date               AS date
  FROM tidemark.release
 WHERE release.state = 'approved'
   AND release.approved_date <= $1::date
 ORDER BY release.approved_date, release.code;
