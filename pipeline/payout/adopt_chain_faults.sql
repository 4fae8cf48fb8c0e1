-- What stands against taking over a run behind the one before it: a sentence, or none. The one before may have no files yet in the
-- database, which then makes them again.
--   $1  number             bigint
--   $2  previous_manifest  text    as its manifest says it
--   →   fault              text
SELECT CASE WHEN run.number IS NULL
            THEN format('payout run %s, which it comes behind, is not in the database: run "tidemark export --adopt %s" first',
                        before.number, before.number)
            ELSE format('its manifest names %s as the manifest before it, that of payout run %s is %s', $2::text, before.number,
                        run.manifest_sha256)
       END AS fault
  FROM (SELECT $1::bigint - 1 AS number) AS before
  LEFT JOIN tidemark.payout_run AS run ON run.number = before.number
 WHERE before.number >= 1
   AND (run.number IS NULL OR run.manifest_sha256 <> $2::text);
