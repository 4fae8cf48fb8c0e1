-- A run, as its manifest says it.
--   $1  run  bigint
--   →   number, state, built_at, execution_date, payer, program_version, first_accrual, last_accrual, previous_manifest,
--       manifest_sha256, is_adopted, period_from, period_to, payments, request_hash, account_hash
SELECT run.number                                                              AS number,
       run.state                                                               AS state,
       to_char(run.built_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')  AS built_at,
       run.execution_date                                                      AS execution_date,
       run.payer                                                               AS payer,
       run.program_version                                                     AS program_version,
       run.first_accrual                                                       AS first_accrual,
       run.last_accrual                                                        AS last_accrual,
       run.previous_manifest                                                   AS previous_manifest,
       run.manifest_sha256                                                     AS manifest_sha256,
       run.adopted_by IS NOT NULL                                              AS is_adopted,
       paid.period_from                                                        AS period_from,
       paid.period_to                                                          AS period_to,
       paid.payments                                                           AS payments,
       paid.request_hash                                                       AS request_hash,
       paid.account_hash                                                       AS account_hash
  FROM tidemark.payout_run AS run
 CROSS JOIN LATERAL (SELECT min(instruction.period_from) AS period_from,
                            max(instruction.period_to) AS period_to,
                            count(*) AS payments,
                            coalesce(sum(instruction.request::numeric * instruction.attempt), 0) % 1000000000000
                                AS request_hash,
                            coalesce(sum(('0' || regexp_replace(instruction.iban || instruction.account_number, '[^0-9]', '',
                                                                'g'))::numeric), 0) % 10000000000 AS account_hash
                       FROM tidemark.instruction
                      WHERE instruction.run = run.number) AS paid
 WHERE run.number = $1::bigint;
