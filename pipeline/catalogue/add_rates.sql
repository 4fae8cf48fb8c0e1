-- Brings what rates.csv has and is not in force, once end_rates has made room for it.
--   $1  version  bigint
INSERT INTO tidemark.rate (provider, territory, tier, release, recording, validity, basis, currency, rate, since_version)
SELECT provider.id,
       nullif(import_rate.territory, ''),
       nullif(import_rate.tier, ''),
       nullif(import_rate.release, 0),
       nullif(import_rate.recording, 0),
       daterange(import_rate.valid_from, import_rate.valid_to, '[]'),
       import_rate.basis::tidemark.rate_basis,
       nullif(import_rate.currency, ''),
       import_rate.rate,
       $1::bigint
  FROM pg_temp.import_rate
  LEFT JOIN tidemark.provider ON provider.name = import_rate.provider
 WHERE NOT EXISTS (SELECT
                     FROM tidemark.rate
                    WHERE rate.until_version IS NULL
                      AND (coalesce(rate.provider, 0), coalesce(rate.territory, ''), coalesce(rate.tier, ''),
                           coalesce(rate.release, 0), coalesce(rate.recording, 0), rate.validity)
                          = (coalesce(provider.id, 0), import_rate.territory, import_rate.tier, import_rate.release,
                             import_rate.recording, daterange(import_rate.valid_from, import_rate.valid_to, '[]')))
 ORDER BY import_rate.line;
