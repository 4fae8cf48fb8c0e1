#ifndef TIDEMARK_PAYOUT_REQUEST_STATE_H
#define TIDEMARK_PAYOUT_REQUEST_STATE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The states of a payment request: one table of transitions, and nothing else decides what may
 * follow what.
 *
 *     proposed ──▶ approved ──▶ in_payment ──▶ paid
 *       │  ▲────────┘ │             │           │
 *       │             │             ▼           │
 *       └──▶ cancelled ◀───────── unpaid ◀──────┘
 *
 * A request that comes back is unpaid, and paid by a new instruction, never by a second request.
 * Pure: no database, no clock.
 */
typedef enum RequestState {
    REQUEST_PROPOSED,
    REQUEST_APPROVED,
    REQUEST_IN_PAYMENT,
    REQUEST_PAID,
    REQUEST_UNPAID,
    REQUEST_CANCELLED,
    REQUEST_STATES
} RequestState;

/** "in_payment", as the database and the documents spell it. */
const char *request_state_name(RequestState state);
/** False: there is no such state. */
bool request_state_of(const char *name, RequestState *out_state);

/** STATUS_DATA: the request may not become that; the sentence says what it may become. */
Status request_state_change(int64_t number, RequestState from, RequestState to, Error *error);

/** The table, for tests and documentation; borrowed. */
typedef struct RequestTransition {
    RequestState from;
    RequestState to;
} RequestTransition;
size_t request_transitions(const RequestTransition **out_transitions);

#endif
