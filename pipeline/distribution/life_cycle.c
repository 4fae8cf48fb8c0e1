#include "distribution/life_cycle.h"

#include "base/text.h"

#include <assert.h>
#include <string.h>

static const ReleaseTransition transitions[] = {
    // The artist asks for a date,
    {RELEASE_CREATED, RELEASE_PROPOSE, RELEASE_PROPOSED},
    // and may ask for another while nobody has approved one.
    {RELEASE_PROPOSED, RELEASE_PROPOSE, RELEASE_PROPOSED},
    // The artist's label grants a date: that one, or another.
    {RELEASE_PROPOSED, RELEASE_APPROVE, RELEASE_APPROVED},
    // It is due: an event for each provider is written with this change.
    {RELEASE_APPROVED, RELEASE_SET, RELEASE_SET_FOR_DISTRIBUTION},
    // Every provider has said yes, and the date is reached.
    {RELEASE_SET_FOR_DISTRIBUTION, RELEASE_DISTRIBUTE, RELEASE_DISTRIBUTED},
    // It can be taken back at any time; providers that know of it are told.
    {RELEASE_CREATED, RELEASE_WITHDRAW, RELEASE_WITHDRAWN},
    {RELEASE_PROPOSED, RELEASE_WITHDRAW, RELEASE_WITHDRAWN},
    {RELEASE_APPROVED, RELEASE_WITHDRAW, RELEASE_WITHDRAWN},
    {RELEASE_SET_FOR_DISTRIBUTION, RELEASE_WITHDRAW, RELEASE_WITHDRAWN},
    {RELEASE_DISTRIBUTED, RELEASE_WITHDRAW, RELEASE_WITHDRAWN},
};

static const char *const state_names[RELEASE_STATES] = {
    [RELEASE_CREATED] = "created",         [RELEASE_PROPOSED] = "proposed",
    [RELEASE_APPROVED] = "approved",       [RELEASE_SET_FOR_DISTRIBUTION] = "set_for_distribution",
    [RELEASE_DISTRIBUTED] = "distributed", [RELEASE_WITHDRAWN] = "withdrawn",
};

static const char *const action_names[RELEASE_ACTIONS] = {
    [RELEASE_PROPOSE] = "propose",          [RELEASE_APPROVE] = "approve",
    [RELEASE_SET] = "set for distribution", [RELEASE_DISTRIBUTE] = "distribute",
    [RELEASE_WITHDRAW] = "withdraw",
};

size_t life_cycle_transitions(const ReleaseTransition **out_transitions)
{
    *out_transitions = transitions;
    return COUNT_OF(transitions);
}

const char *life_cycle_state_name(ReleaseState state)
{
    assert(state < RELEASE_STATES);
    return state_names[state];
}

bool life_cycle_state_of(const char *name, ReleaseState *out_state)
{
    for (ReleaseState state = RELEASE_CREATED; state < RELEASE_STATES; state++)
        if (strcmp(state_names[state], name) == 0) {
            *out_state = state;
            return true;
        }
    return false;
}

const char *life_cycle_action_name(ReleaseAction action)
{
    assert(action < RELEASE_ACTIONS);
    return action_names[action];
}

bool life_cycle_takes_songs(ReleaseState state)
{
    return state == RELEASE_CREATED || state == RELEASE_PROPOSED;
}

static const ReleaseTransition *find_transition(ReleaseState from, ReleaseAction action)
{
    for (size_t i = 0; i < COUNT_OF(transitions); i++)
        if (transitions[i].from == from && transitions[i].action == action)
            return &transitions[i];
    return NULL;
}

static Status refuse(ReleaseState state, ReleaseAction action, Error *error)
{
    Text allowed = {0};

    for (size_t i = 0; i < COUNT_OF(transitions); i++)
        if (transitions[i].from == state)
            text_append_format(&allowed, "%s%s", allowed.size_bytes == 0 ? "" : ", ",
                               action_names[transitions[i].action]);

    Status status = error_set(error, STATUS_DATA, "cannot %s what is %s; what can follow: %s",
                              action_names[action], state_names[state],
                              allowed.size_bytes == 0 ? "nothing" : text_bytes(&allowed));

    text_free(&allowed);
    return status;
}

Status life_cycle_apply(const ReleaseLife *life, ReleaseAction action, Day date,
                        ReleaseLife *out_life, Error *error)
{
    const ReleaseTransition *transition = find_transition(life->state, action);
    ReleaseLife next = *life;

    if (transition == NULL)
        return refuse(life->state, action, error);
    next.state = transition->to;
    switch (action) {
    case RELEASE_PROPOSE:
        if (date == DAY_NONE)
            return error_set(error, STATUS_DATA, "a proposal needs a date");
        next.proposed.proposed_date = date;
        break;
    case RELEASE_APPROVE:
        next.approved.proposed_date = life->proposed.proposed_date;
        next.approved.approved_date = date == DAY_NONE ? life->proposed.proposed_date : date;
        break;
    case RELEASE_SET:
    case RELEASE_DISTRIBUTE:
    case RELEASE_WITHDRAW:
    case RELEASE_ACTIONS:
        break;
    }
    *out_life = next;
    return STATUS_OK;
}
