-- What plain SQL makes of reports of tests/bench/generate: every field as text, each ID once, grouped. No line of it comes from
-- the code that it is held against.
CREATE SCHEMA oracle;

-- A row for each line that was copied.
CREATE TABLE oracle.line (
    sequence_id text,
    isrc        text,
    upc         text,
    territory   text,
    tier        text,
    played_at   text,
    seconds     text
);

CREATE VIEW oracle.countable AS
SELECT line.*
  FROM oracle.line
 WHERE line.sequence_id ~ '^[1-9][0-9]{0,17}$'
   AND line.played_at ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$'
   AND line.seconds ~ '^[0-9]+([.][0-9]+)?$';

CREATE VIEW oracle.cell AS
SELECT daterange(stream.day, stream.day, '[]')                 AS period,
       stream.isrc                                             AS isrc,
       CASE WHEN stream.upc ~ '^[0-9]+$' THEN lpad(ltrim(stream.upc, '0'), 12, '0')
            ELSE stream.upc END                                AS release,
       coalesce(stream.territory, '')                          AS territory,
       coalesce(stream.tier, '')                               AS tier,
       count(*)                                                AS streams,
       count(*) FILTER (WHERE stream.seconds::numeric > 30)    AS monetised
  FROM (SELECT DISTINCT ON (countable.sequence_id)
               countable.*,
               (countable.played_at::timestamptz AT TIME ZONE 'Europe/Berlin')::date AS day
          FROM oracle.countable
         ORDER BY countable.sequence_id) AS stream
 GROUP BY 1, 2, 3, 4, 5;

CREATE VIEW oracle.counted AS
SELECT cell.period,
       cell.isrc,
       cell.release,
       cell.territory,
       cell.tier,
       sum(cell.streams)::bigint   AS streams,
       sum(cell.monetised)::bigint AS monetised
  FROM tidemark.usage_cell AS cell
 GROUP BY 1, 2, 3, 4, 5;

-- Cells that only one of the two has.
CREATE VIEW oracle.difference AS
(SELECT 'only SQL' AS side, cell.* FROM oracle.cell EXCEPT ALL SELECT 'only SQL', counted.* FROM oracle.counted)
 UNION ALL
(SELECT 'only ingest', counted.* FROM oracle.counted EXCEPT ALL SELECT 'only ingest', cell.* FROM oracle.cell);
