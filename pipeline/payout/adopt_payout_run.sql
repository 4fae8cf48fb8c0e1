-- A run that the database had lost, as its manifest says it; the next one gets a number behind it. No row: it is known.
--   $1  number             bigint
--   $2  built_at           text
--   $3  execution_date     text
--   $4  payer              text
--   $5  program_version    text
--   $6  first_accrual      bigint
--   $7  last_accrual       bigint
--   $8  previous_manifest  text
--   $9  manifest_sha256    text
WITH counter AS (
    UPDATE tidemark.counter
       SET last = greatest(counter.last, $1::bigint)
     WHERE counter.name = 'payout_run'
)
INSERT INTO tidemark.payout_run (number, state, built_at, execution_date, payer, program_version, first_accrual, last_accrual,
                                 catalogue_version, previous_manifest, manifest_sha256, released_at, adopted_by)
SELECT $1::bigint, 'released', $2::text::timestamptz, $3::text::date, $4::text, $5::text, $6::bigint, $7::bigint,
       coalesce(max(version.version), 0), $8::text, $9::text, clock_timestamp(), session_user
  FROM tidemark.catalogue_version AS version
    ON CONFLICT (number) DO NOTHING;
