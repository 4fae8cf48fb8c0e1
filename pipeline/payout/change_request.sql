-- Moves a request from one state to another, with who and why. No row: it is not, or no longer, in that state.
--   $1  payee   integer
--   $2  number  bigint
--   $3  from    text
--   $4  to      text
--   $5  reason  text
WITH request AS (
    UPDATE tidemark.payment_request
       SET state = $4::text::tidemark.request_state
     WHERE payment_request.payee = $1::integer
       AND payment_request.number = $2::bigint
       AND payment_request.state = $3::text::tidemark.request_state
    RETURNING payment_request.payee, payment_request.number
)
INSERT INTO tidemark.payment_request_event (payee, request, number, from_state, to_state, reason)
SELECT request.payee,
       request.number,
       1 + (SELECT count(*)
              FROM tidemark.payment_request_event AS event
             WHERE event.payee = request.payee AND event.request = request.number),
       $3::text::tidemark.request_state,
       $4::text::tidemark.request_state,
       $5::text
  FROM request;
