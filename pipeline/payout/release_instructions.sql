-- The instructions of a run have gone out with its files.
--   $1  run  bigint
UPDATE tidemark.instruction
   SET state = 'released'
 WHERE instruction.run = $1::bigint
   AND instruction.state = 'built';
