-- The accrual that is not complete yet, of which there is at most one.
--   →   number             bigint
--       catalogue_version  bigint  at which its cells are resolved
--       previous_version   bigint  at which those of the accrual before it were; 0 for the first
SELECT accrual.number,
       accrual.catalogue_version,
       coalesce(previous.catalogue_version, 0) AS previous_version
  FROM tidemark.accrual
  LEFT JOIN tidemark.accrual AS previous ON previous.number = accrual.number - 1
 WHERE accrual.completed_at IS NULL;
