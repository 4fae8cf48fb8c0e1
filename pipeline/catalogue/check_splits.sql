-- What is wrong with the rows of splits.csv, and with the splits that they make.
--   →   line     bigint
--       message  text
SELECT import_split.line,
       format('release "%s" is neither in releases.csv nor in the catalogue', tidemark.release_text(import_split.release)) AS message
  FROM pg_temp.import_split
 WHERE import_split.release IS NOT NULL
   AND NOT EXISTS (SELECT FROM pg_temp.known_release WHERE known_release.code = import_split.release)
 UNION ALL
SELECT import_split.line,
       format('recording "%s" is neither in recordings.csv nor in the catalogue',
              tidemark.recording_text(import_split.recording))
  FROM pg_temp.import_split
 WHERE import_split.recording <> 0
   AND NOT EXISTS (SELECT FROM pg_temp.known_recording WHERE known_recording.code = import_split.recording)
 UNION ALL
SELECT import_split.line,
       format('payee "%s" is neither in payees.csv nor in the catalogue', import_split.payee)
  FROM pg_temp.import_split
 WHERE import_split.payee IS NOT NULL
   AND NOT EXISTS (SELECT FROM pg_temp.known_payee WHERE known_payee.key = import_split.payee)
 UNION ALL
SELECT greatest(share.line, -share.before[2]),
       format('payee "%s" has a share on some of these days already, by line %s', share.payee,
              least(share.line, -share.before[2]))
  FROM (SELECT import_split.line,
               import_split.payee,
               coalesce(import_split.valid_from - date '2000-01-01', -2147483648) AS first_day,
               -- of the shares that begin before it, the last day that one of them has, and its line
               max(ARRAY[coalesce(import_split.valid_to - date '2000-01-01', 2147483647), -import_split.line]) OVER earlier AS before
          FROM pg_temp.import_split
         WHERE import_split.is_sound
        WINDOW earlier AS (PARTITION BY import_split.release, import_split.recording, import_split.payee
                           ORDER BY coalesce(import_split.valid_from - date '2000-01-01', -2147483648), import_split.line
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS share
 WHERE share.before[1] >= share.first_day
 UNION ALL
SELECT split_term.line,
       format('the shares of release "%s"%s add up to %s%s%s; they must add up to exactly 1',
              tidemark.release_text(split_term.release),
              ', recording "' || tidemark.recording_text(nullif(split_term.recording, 0)) || '"',
              trim_scale(tidemark.sum_of(split_term.shares)),
              ' from ' || lower(split_term.validity),
              ' to ' || (upper(split_term.validity) - 1))
  FROM pg_temp.split_term
 WHERE tidemark.sum_of(split_term.shares) <> 1;
