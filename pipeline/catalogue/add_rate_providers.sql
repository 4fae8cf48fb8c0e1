-- Providers that a rate names before their first report has come.
INSERT INTO tidemark.provider (name)
SELECT DISTINCT import_rate.provider
  FROM pg_temp.import_rate
 WHERE import_rate.provider <> ''
   AND import_rate.provider NOT IN (SELECT provider.name FROM tidemark.provider)
 ORDER BY import_rate.provider
    ON CONFLICT (name) DO NOTHING;
