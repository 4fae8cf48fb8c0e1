#include "payout/request_state.h"

#include "base/text.h"

#include <assert.h>
#include <inttypes.h>

static const RequestTransition transitions[] = {
    // approve: by another person than the one who prepared it, who was shown amount and account.
    {REQUEST_PROPOSED, REQUEST_APPROVED},
    // export: for as long as nobody is asked to approve, what is proposed is paid.
    {REQUEST_PROPOSED, REQUEST_IN_PAYMENT},
    // export: the account is still the one that was approved, and nothing holds the request.
    {REQUEST_APPROVED, REQUEST_IN_PAYMENT},
    // Payee, account or amount have changed: what was approved is something else.
    {REQUEST_APPROVED, REQUEST_PROPOSED},
    // request --cancel: the amount goes back to the balance.
    {REQUEST_PROPOSED, REQUEST_CANCELLED},
    {REQUEST_APPROVED, REQUEST_CANCELLED},
    // settle: the live instruction is settled,
    {REQUEST_IN_PAYMENT, REQUEST_PAID},
    // or rejected, returned or voided.
    {REQUEST_IN_PAYMENT, REQUEST_UNPAID},
    // The creditor's bank returns it, even weeks later.
    {REQUEST_PAID, REQUEST_UNPAID},
    // It is tried again by a further instruction, freshly approved, or given up.
    {REQUEST_UNPAID, REQUEST_APPROVED},
    {REQUEST_UNPAID, REQUEST_CANCELLED},
};

static const char *const names[REQUEST_STATES] = {
    [REQUEST_PROPOSED] = "proposed",     [REQUEST_APPROVED] = "approved",
    [REQUEST_IN_PAYMENT] = "in_payment", [REQUEST_PAID] = "paid",
    [REQUEST_UNPAID] = "unpaid",         [REQUEST_CANCELLED] = "cancelled",
};

size_t request_transitions(const RequestTransition **out_transitions)
{
    *out_transitions = transitions;
    return COUNT_OF(transitions);
}

const char *request_state_name(RequestState state)
{
    assert(state < REQUEST_STATES);
    return names[state];
}

bool request_state_of(const char *name, RequestState *out_state)
{
    for (RequestState state = REQUEST_PROPOSED; state < REQUEST_STATES; state++)
        if (text_equal(names[state], name)) {
            *out_state = state;
            return true;
        }
    return false;
}

Status request_state_change(int64_t number, RequestState from, RequestState to, Error *error)
{
    Text allowed = {0};

    for (size_t i = 0; i < COUNT_OF(transitions); i++) {
        if (transitions[i].from != from)
            continue;
        if (transitions[i].to == to) {
            text_free(&allowed);
            return STATUS_OK;
        }
        text_append_format(&allowed, "%s%s", allowed.size_bytes == 0 ? "" : ", ",
                           names[transitions[i].to]);
    }

    Status status = error_set(
        error, STATUS_DATA, "request %" PRId64 " is %s and cannot become %s; what it can: %s",
        number, names[from], names[to], allowed.size_bytes == 0 ? "nothing" : text_bytes(&allowed));

    text_free(&allowed);
    return status;
}
