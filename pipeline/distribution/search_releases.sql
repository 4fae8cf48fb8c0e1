-- Released titles like the one asked for, the nearest first: trigrams find them, Levenshtein's distance orders them.
--   $1  title  text
--   $2  most   integer
SELECT tidemark.release_text(release.code)        AS upc,
       release.title                              AS title,
       artist.name                                AS artist_name,
       release.approved_date                      AS date,
       tidemark.levenshtein(lower(left(release.title, 255)), lower(left($1::text, 255))) AS distance
  FROM tidemark.release
  JOIN tidemark.artist ON artist.id = release.artist
 WHERE release.state = 'distributed'
   AND (release.title OPERATOR(tidemark.%) $1::text
        OR $1::text OPERATOR(tidemark.<%) release.title
        OR lower(release.title) LIKE '%' || replace(replace(replace(lower($1::text), '\', '\\'), '%', '\%'), '_', '\_') || '%')
 ORDER BY distance, tidemark.similarity(release.title, $1::text) DESC, upc
 LIMIT $2::integer;
