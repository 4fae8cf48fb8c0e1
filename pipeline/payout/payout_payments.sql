-- The rows of a run's payments.csv, in the order of its columns.
--   $1  run  bigint
SELECT tidemark.padded(run.number, 6)                                AS file_number,
       format('TM-%s', tidemark.padded(run.number, 6))               AS msg_id,
       instruction.reference                                         AS instruction,
       instruction.request                                           AS request,
       instruction.attempt                                           AS attempt,
       instruction.payee_key                                         AS payee_id,
       instruction.vendor_id                                         AS vendor_id,
       instruction.account_holder                                    AS account_holder,
       instruction.iban                                              AS iban,
       instruction.bic                                               AS bic,
       instruction.clearing_system                                   AS clearing_system,
       instruction.clearing_code                                     AS clearing_code,
       instruction.account_number                                    AS account_number,
       instruction.country                                           AS country,
       instruction.currency                                          AS currency,
       round(instruction.amount, currency.minor_units)               AS gross,
       round(0::numeric, currency.minor_units)                       AS withheld,
       round(instruction.amount, currency.minor_units)               AS net,
       run.execution_date                                            AS execution_date,
       'ROYA'                                                        AS purpose,
       instruction.remittance                                        AS remittance,
       instruction.period_from                                       AS period_from,
       instruction.period_to                                         AS period_to,
       instruction.first_accrual                                     AS first_accrual,
       instruction.last_accrual                                      AS last_accrual,
       instruction.reference                                         AS end_to_end_id,
       instruction.uetr                                              AS uetr,
       ''                                                            AS approved_by,
       ''                                                            AS approved_at,
       'released'                                                    AS state
  FROM tidemark.instruction
  JOIN tidemark.payout_run AS run ON run.number = instruction.run
  JOIN tidemark.currency ON currency.code = instruction.currency
 WHERE instruction.run = $1::bigint
 ORDER BY instruction.request;
