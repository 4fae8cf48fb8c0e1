-- Ends what is in force of a rate's key (provider, territory, tier, release, recording) that rates.csv mentions and is not there
-- as it is.
--   $1  version  bigint
WITH mentioned AS (
    SELECT coalesce(provider.id, 0) AS provider,
           import_rate.territory,
           import_rate.tier,
           import_rate.release,
           import_rate.recording,
           daterange(import_rate.valid_from, import_rate.valid_to, '[]') AS validity,
           import_rate.basis::tidemark.rate_basis AS basis,
           import_rate.currency,
           import_rate.rate
      FROM pg_temp.import_rate
      LEFT JOIN tidemark.provider ON provider.name = import_rate.provider
)
UPDATE tidemark.rate
   SET until_version = $1::bigint
 WHERE rate.until_version IS NULL
   AND (coalesce(rate.provider, 0), coalesce(rate.territory, ''), coalesce(rate.tier, ''), coalesce(rate.release, 0),
        coalesce(rate.recording, 0))
       IN (SELECT mentioned.provider, mentioned.territory, mentioned.tier, mentioned.release, mentioned.recording
             FROM mentioned)
   AND NOT EXISTS (SELECT
                     FROM mentioned
                    WHERE (mentioned.provider, mentioned.territory, mentioned.tier, mentioned.release,
                           mentioned.recording, mentioned.validity, mentioned.basis, mentioned.currency, mentioned.rate)
                          = (coalesce(rate.provider, 0), coalesce(rate.territory, ''), coalesce(rate.tier, ''),
                             coalesce(rate.release, 0), coalesce(rate.recording, 0), rate.validity, rate.basis,
                             coalesce(rate.currency, ''), rate.rate));
