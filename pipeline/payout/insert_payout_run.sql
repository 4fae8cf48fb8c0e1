-- A run that pays these requests; the next in the chain of runs, so the one before it has its files.
--   $1  execution_date   date
--   $2  payer            text
--   $3  program_version  text
--   $4  requests         bigint[]
--   →   number           bigint
INSERT INTO tidemark.payout_run (number, built_at, execution_date, payer, program_version, first_accrual, last_accrual,
                                 catalogue_version, previous_manifest)
SELECT tidemark.next_number('payout_run'),
       date_trunc('second', clock_timestamp()),
       $1::date,
       $2::text,
       $3::text,
       paid.first_accrual,
       paid.last_accrual,
       (SELECT coalesce(max(version.version), 0) FROM tidemark.catalogue_version AS version),
       coalesce((SELECT run.manifest_sha256 FROM tidemark.payout_run AS run ORDER BY run.number DESC LIMIT 1), '')
  FROM (SELECT min(lower(request.accruals)) AS first_accrual,
               max(upper(request.accruals)) - 1 AS last_accrual
          FROM tidemark.payment_request AS request
         WHERE request.number = ANY ($4::bigint[])) AS paid
 WHERE NOT EXISTS (SELECT FROM tidemark.payout_run AS run WHERE run.state = 'built')
    OR tidemark.refuse(75, 'another payout run has no files yet: run "tidemark export" again')
RETURNING payout_run.number AS number;
