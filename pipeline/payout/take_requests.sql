-- The requests of a run's instructions are in payment.
--   $1  run     bigint
--   $2  from    text
--   $3  to      text
--   $4  reason  text
WITH request AS (
    UPDATE tidemark.payment_request AS request
       SET state = $3::text::tidemark.request_state
      FROM tidemark.instruction
     WHERE instruction.run = $1::bigint
       AND request.payee = instruction.payee AND request.number = instruction.request
       AND request.state = $2::text::tidemark.request_state
    RETURNING request.payee, request.number
)
INSERT INTO tidemark.payment_request_event (payee, request, number, from_state, to_state, reason)
SELECT request.payee,
       request.number,
       1 + (SELECT count(*)
              FROM tidemark.payment_request_event AS event
             WHERE event.payee = request.payee AND event.request = request.number),
       $2::text::tidemark.request_state,
       $3::text::tidemark.request_state,
       $4::text
  FROM request;
