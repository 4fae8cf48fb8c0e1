-- The identities that a file's rows carry from the start. The batch's number comes last, under the tide's lock.
--   →   batch        bigint
--       report_file  bigint
SELECT nextval('tidemark.batch_id')           AS batch,
       nextval('tidemark.report_file_id_seq') AS report_file;
