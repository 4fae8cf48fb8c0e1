-- Makes the splits of splits.csv: its rows have dates of their own, so each release's (or its recording's) days are cut wherever
-- one begins or ends, and days next to each other with the same shares are one range again. What is faulty is left out.
INSERT INTO pg_temp.split_term (line, release, recording, validity, payees, shares)
WITH sound AS (
    SELECT here.line,
           here.release,
           here.recording,
           here.payee,
           here.share,
           coalesce(here.valid_from, '-infinity')             AS first_day,
           coalesce(here.valid_to + 1, 'infinity')            AS end_day
      FROM pg_temp.import_split AS here
     WHERE NOT EXISTS (SELECT
                         FROM pg_temp.import_split AS faulty
                        WHERE faulty.release = here.release AND faulty.recording = here.recording AND NOT faulty.is_sound)
), cut AS (
    SELECT sound.release, sound.recording, sound.first_day AS day FROM sound
     UNION
    SELECT sound.release, sound.recording, sound.end_day FROM sound
), piece AS (
    SELECT cut.release,
           cut.recording,
           cut.day AS first_day,
           lead(cut.day) OVER (PARTITION BY cut.release, cut.recording ORDER BY cut.day) AS end_day
      FROM cut
), shared AS (
    SELECT piece.release,
           piece.recording,
           piece.first_day,
           piece.end_day,
           min(sound.line)                                                  AS line,
           array_agg(sound.payee ORDER BY sound.payee COLLATE "C", sound.line) AS payees,
           array_agg(sound.share ORDER BY sound.payee COLLATE "C", sound.line) AS shares
      FROM piece
      JOIN sound
        ON sound.release = piece.release AND sound.recording = piece.recording
       AND sound.first_day <= piece.first_day AND sound.end_day >= piece.end_day
     GROUP BY piece.release, piece.recording, piece.first_day, piece.end_day
), marked AS (
    SELECT shared.*,
           lag(shared.end_day) OVER by_day = shared.first_day
           AND lag(shared.payees) OVER by_day = shared.payees
           AND lag(shared.shares) OVER by_day = shared.shares AS goes_on
      FROM shared
    WINDOW by_day AS (PARTITION BY shared.release, shared.recording ORDER BY shared.first_day)
), numbered AS (
    SELECT marked.*,
           count(*) FILTER (WHERE marked.goes_on IS NOT TRUE)
               OVER (PARTITION BY marked.release, marked.recording ORDER BY marked.first_day) AS number
      FROM marked
)
SELECT min(numbered.line),
       numbered.release,
       numbered.recording,
       daterange(nullif(min(numbered.first_day), '-infinity'), nullif(max(numbered.end_day), 'infinity')),
       min(numbered.payees),
       min(numbered.shares)
  FROM numbered
 GROUP BY numbered.release, numbered.recording, numbered.number;
