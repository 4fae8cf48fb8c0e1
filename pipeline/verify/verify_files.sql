-- The rows of each file are counted, duplicate or rejected, and its rejects are kept; a tide counts what its live files brought.
--   →   compared  bigint  files
--       breach    text    a sentence; null: none
WITH rejects AS (
    SELECT reject.report_file, count(*) AS kept
      FROM tidemark.reject
     GROUP BY reject.report_file
), breach AS (
    SELECT format('feed %s: file %s: %s rows are rejected, %s are kept', feed.name, file.sha256, file.rejected,
                  coalesce(rejects.kept, 0)) AS sentence
      FROM tidemark.report_file AS file
      JOIN tidemark.feed ON feed.id = file.feed
      LEFT JOIN rejects ON rejects.report_file = file.id
     WHERE file.rejected <> coalesce(rejects.kept, 0)
     UNION ALL
    SELECT format('feed %s: its live files brought %s rows, its tide counts %s', feed.name, coalesce(sum(file.counted), 0),
                  tide.counted)
      FROM tidemark.feed
      JOIN tidemark.tide ON tide.feed = feed.id
      LEFT JOIN tidemark.report_file AS file ON file.feed = feed.id AND file.state = 'counted'
     GROUP BY feed.name, tide.counted
    HAVING coalesce(sum(file.counted), 0) <> tide.counted
)
SELECT everything.compared AS compared,
       breach.sentence     AS breach
  FROM (SELECT count(*) AS compared FROM tidemark.report_file) AS everything
  LEFT JOIN breach ON true
 ORDER BY breach.sentence COLLATE "C";
