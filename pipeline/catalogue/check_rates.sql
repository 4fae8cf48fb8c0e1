-- What is wrong with the rows of rates.csv.
--   $1  providers  text[]   of the settings
--   →   line       bigint
--       message    text
WITH withdrawn (code, successor) AS (
    VALUES ('ANG', 'XCG'), ('BGN', 'EUR'), ('HRK', 'EUR'), ('SLL', 'SLE'), ('ZWL', 'ZWG')
)
SELECT import_rate.line,
       format('provider "%s" is none of the settings; they have %s', import_rate.provider,
              coalesce(nullif(array_to_string($1::text[], ', '), ''), 'none')) AS message
  FROM pg_temp.import_rate
 WHERE import_rate.provider <> '' AND import_rate.provider <> ALL ($1::text[])
 UNION ALL
SELECT import_rate.line,
       format('territory "%s" is none that is known; expected two letters of ISO 3166-1, or nothing for all',
              import_rate.territory)
  FROM pg_temp.import_rate
 WHERE import_rate.territory <> '' AND import_rate.territory NOT IN (SELECT territory.code FROM tidemark.territory)
 UNION ALL
SELECT import_rate.line,
       format('release "%s" is neither in releases.csv nor in the catalogue', tidemark.release_text(import_rate.release))
  FROM pg_temp.import_rate
 WHERE import_rate.release <> 0
   AND NOT EXISTS (SELECT FROM pg_temp.known_release WHERE known_release.code = import_rate.release)
 UNION ALL
SELECT import_rate.line,
       format('recording "%s" is neither in recordings.csv nor in the catalogue',
              tidemark.recording_text(import_rate.recording))
  FROM pg_temp.import_rate
 WHERE import_rate.recording <> 0
   AND NOT EXISTS (SELECT FROM pg_temp.known_recording WHERE known_recording.code = import_rate.recording)
 UNION ALL
SELECT import_rate.line,
       'a rate of basis "amount" is a share of what the provider reports, in its currency: currency must be empty'
  FROM pg_temp.import_rate
 WHERE import_rate.basis = 'amount' AND import_rate.currency <> ''
 UNION ALL
SELECT import_rate.line,
       'a rate of basis "monetised" is money for a stream: currency is missing'
  FROM pg_temp.import_rate
 WHERE import_rate.basis = 'monetised' AND import_rate.currency = ''
 UNION ALL
SELECT import_rate.line,
       CASE WHEN withdrawn.code IS NOT NULL
            THEN format('currency "%s" was withdrawn; its successor is %s', import_rate.currency, withdrawn.successor)
            WHEN currency.code IS NULL
            THEN format('currency "%s" is none of ISO 4217', import_rate.currency)
            ELSE format('currency "%s" cannot be paid: it has no minor unit', import_rate.currency)
       END
  FROM pg_temp.import_rate
  LEFT JOIN withdrawn ON withdrawn.code = import_rate.currency
  LEFT JOIN tidemark.currency ON currency.code = import_rate.currency
 WHERE import_rate.currency <> '' AND currency.minor_units IS NULL
 UNION ALL
SELECT greatest(rate.line, -rate.before[2]),
       format('a rate for the same provider, territory, tier, release and recording holds on some of these days already, by line %s',
              least(rate.line, -rate.before[2]))
  FROM (SELECT import_rate.line,
               coalesce(import_rate.valid_from - date '2000-01-01', -2147483648) AS first_day,
               -- of the rates that begin before it, the last day that one of them has, and its line
               max(ARRAY[coalesce(import_rate.valid_to - date '2000-01-01', 2147483647), -import_rate.line]) OVER earlier AS before
          FROM pg_temp.import_rate
         WHERE import_rate.is_sound
        WINDOW earlier AS (PARTITION BY import_rate.provider, import_rate.territory, import_rate.tier, import_rate.release,
                                        import_rate.recording
                           ORDER BY coalesce(import_rate.valid_from - date '2000-01-01', -2147483648), import_rate.line
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS rate
 WHERE rate.before[1] >= rate.first_day;
