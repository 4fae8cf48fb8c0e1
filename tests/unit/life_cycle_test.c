#include "distribution/life_cycle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const Day friday = 20791;
static const Day monday = 20794;

static ReleaseLife created(void)
{
    ReleaseLife life = {.state = RELEASE_CREATED};

    life.approved.proposed_date = DAY_NONE;
    life.approved.approved_date = DAY_NONE;
    return life;
}

static ReleaseLife after(ReleaseLife life, ReleaseAction action, Day date)
{
    Error error = {0};

    assert_int_equal(life_cycle_apply(&life, action, date, &life, &error), STATUS_OK);
    return life;
}

static void an_approval_keeps_both_dates(void **state)
{
    (void)state;
    ReleaseLife life = after(after(created(), RELEASE_PROPOSE, friday), RELEASE_APPROVE, monday);

    assert_int_equal(life.state, RELEASE_APPROVED);
    assert_int_equal(life.approved.proposed_date, friday);
    assert_int_equal(life.approved.approved_date, monday);
}

static void an_approval_without_a_date_grants_the_proposed_one(void **state)
{
    (void)state;
    ReleaseLife life = after(after(created(), RELEASE_PROPOSE, friday), RELEASE_APPROVE, DAY_NONE);

    assert_int_equal(life.approved.approved_date, friday);
}

static void a_proposal_can_be_replaced_until_it_is_approved(void **state)
{
    (void)state;
    Error error = {0};
    ReleaseLife life = after(after(created(), RELEASE_PROPOSE, friday), RELEASE_PROPOSE, monday);

    assert_int_equal(life.proposed.proposed_date, monday);
    life = after(life, RELEASE_APPROVE, DAY_NONE);
    assert_int_equal(life_cycle_apply(&life, RELEASE_PROPOSE, friday, &life, &error), STATUS_DATA);
    assert_int_equal(life.approved.approved_date, monday);
}

static void a_proposal_without_a_date_is_refused(void **state)
{
    (void)state;
    Error error = {0};
    ReleaseLife life = created();

    assert_int_equal(life_cycle_apply(&life, RELEASE_PROPOSE, DAY_NONE, &life, &error),
                     STATUS_DATA);
    assert_int_equal(life.state, RELEASE_CREATED);
}

static void a_refusal_says_what_can_follow(void **state)
{
    (void)state;
    Error error = {0};
    ReleaseLife life = created();

    assert_int_equal(life_cycle_apply(&life, RELEASE_SET, DAY_NONE, &life, &error), STATUS_DATA);
    assert_string_equal(
        error.message,
        "cannot set for distribution what is created; what can follow: propose, withdraw");
}

static void nothing_follows_a_withdrawal(void **state)
{
    (void)state;
    ReleaseLife withdrawn = after(created(), RELEASE_WITHDRAW, DAY_NONE);

    for (ReleaseAction action = RELEASE_PROPOSE; action < RELEASE_ACTIONS; action++) {
        Error error = {0};

        assert_int_equal(life_cycle_apply(&withdrawn, action, friday, &withdrawn, &error),
                         STATUS_DATA);
    }
}

static void what_the_table_does_not_have_is_refused(void **state)
{
    (void)state;
    const ReleaseTransition *transitions = NULL;
    size_t count = life_cycle_transitions(&transitions);

    for (ReleaseState from = RELEASE_CREATED; from < RELEASE_STATES; from++)
        for (ReleaseAction action = RELEASE_PROPOSE; action < RELEASE_ACTIONS; action++) {
            Error error = {0};
            ReleaseLife life = created();
            bool allowed = false;

            life.state = from;
            for (size_t i = 0; i < count; i++)
                allowed =
                    allowed || (transitions[i].from == from && transitions[i].action == action);

            Status expected = allowed ? STATUS_OK : STATUS_DATA;

            assert_int_equal(life_cycle_apply(&life, action, friday, &life, &error), expected);
        }
}

static void every_state_is_reached_and_every_action_used(void **state)
{
    (void)state;
    const ReleaseTransition *transitions = NULL;
    size_t count = life_cycle_transitions(&transitions);
    bool reached[RELEASE_STATES] = {[RELEASE_CREATED] = true};
    bool used[RELEASE_ACTIONS] = {false};

    for (size_t i = 0; i < count; i++) {
        reached[transitions[i].to] = true;
        used[transitions[i].action] = true;
    }
    for (size_t i = 0; i < RELEASE_STATES; i++)
        assert_true(reached[i]);
    for (size_t i = 0; i < RELEASE_ACTIONS; i++)
        assert_true(used[i]);
}

static void songs_are_taken_before_approval_only(void **state)
{
    (void)state;
    assert_true(life_cycle_takes_songs(RELEASE_CREATED));
    assert_true(life_cycle_takes_songs(RELEASE_PROPOSED));
    assert_false(life_cycle_takes_songs(RELEASE_APPROVED));
    assert_false(life_cycle_takes_songs(RELEASE_SET_FOR_DISTRIBUTION));
    assert_false(life_cycle_takes_songs(RELEASE_DISTRIBUTED));
    assert_false(life_cycle_takes_songs(RELEASE_WITHDRAWN));
}

static void names_of_states_are_read_back(void **state)
{
    (void)state;
    ReleaseState read = RELEASE_CREATED;

    for (ReleaseState each = RELEASE_CREATED; each < RELEASE_STATES; each++) {
        assert_true(life_cycle_state_of(life_cycle_state_name(each), &read));
        assert_int_equal(read, each);
    }
    assert_false(life_cycle_state_of("released", &read));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_approval_keeps_both_dates),
        cmocka_unit_test(an_approval_without_a_date_grants_the_proposed_one),
        cmocka_unit_test(a_proposal_can_be_replaced_until_it_is_approved),
        cmocka_unit_test(a_proposal_without_a_date_is_refused),
        cmocka_unit_test(a_refusal_says_what_can_follow),
        cmocka_unit_test(nothing_follows_a_withdrawal),
        cmocka_unit_test(what_the_table_does_not_have_is_refused),
        cmocka_unit_test(every_state_is_reached_and_every_action_used),
        cmocka_unit_test(songs_are_taken_before_approval_only),
        cmocka_unit_test(names_of_states_are_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
