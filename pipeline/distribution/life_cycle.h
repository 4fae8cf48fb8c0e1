#ifndef TIDEMARK_DISTRIBUTION_LIFE_CYCLE_H
#define TIDEMARK_DISTRIBUTION_LIFE_CYCLE_H

#include "base/dates.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * The life cycle of a release: one table of transitions, and nothing else decides what may follow
 * what.
 *
 *     created ──propose──▶ proposed ──approve──▶ approved ──set──▶ set for distribution
 * ──distribute──▶ distributed │  ▲ └──┘ propose (another date)              withdraw: from any of
 * them ──▶ withdrawn
 *
 * A state carries its dates, so that "approved without a date" cannot be written down. The same
 * rule stands in SQL as a CHECK on tidemark.release. Pure: no database, no clock.
 */
typedef enum ReleaseState {
    RELEASE_CREATED,
    RELEASE_PROPOSED,
    RELEASE_APPROVED,
    RELEASE_SET_FOR_DISTRIBUTION,
    RELEASE_DISTRIBUTED,
    RELEASE_WITHDRAWN,
    RELEASE_STATES
} ReleaseState;

typedef enum ReleaseAction {
    RELEASE_PROPOSE,
    RELEASE_APPROVE,
    RELEASE_SET,
    RELEASE_DISTRIBUTE,
    RELEASE_WITHDRAW,
    RELEASE_ACTIONS
} ReleaseAction;

/** Where a release stands. Only the member of its state may be read. */
typedef struct ReleaseLife {
    ReleaseState state;
    union {
        struct {
            Day proposed_date;
        } proposed;
        struct {
            Day proposed_date;
            Day approved_date; // may be another than proposed; both are kept
        } approved;            // also when set for distribution, and distributed
    };
} ReleaseLife;

/**
 * Does an action. `date` is the date proposed or approved; DAY_NONE for the others, and for an
 * approval of the date that was proposed. `out_life` may be `life`. STATUS_DATA: it is not allowed
 * from here; the sentence says what is.
 */
Status life_cycle_apply(const ReleaseLife *life, ReleaseAction action, Day date,
                        ReleaseLife *out_life, Error *error);

/** Songs are added before approval only: what is approved is what the label heard. */
bool life_cycle_takes_songs(ReleaseState state);

/** "set_for_distribution", as the database and the documents spell it. */
const char *life_cycle_state_name(ReleaseState state);
/** False: there is no such state. */
bool life_cycle_state_of(const char *name, ReleaseState *out_state);
/** "propose", as commands and messages spell it. */
const char *life_cycle_action_name(ReleaseAction action);

/** The table, for tests and documentation; borrowed. */
typedef struct ReleaseTransition {
    ReleaseState from;
    ReleaseAction action;
    ReleaseState to;
} ReleaseTransition;
size_t life_cycle_transitions(const ReleaseTransition **out_transitions);

#endif
