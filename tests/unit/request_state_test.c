#include "payout/request_state.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void all_states_are_found_by_their_names(void **state)
{
    (void)state;
    for (RequestState expected = REQUEST_PROPOSED; expected < REQUEST_STATES; expected++) {
        RequestState found = REQUEST_STATES;

        assert_true(request_state_of(request_state_name(expected), &found));
        assert_int_equal(found, expected);
    }
}

static void another_word_is_no_state(void **state)
{
    RequestState found = REQUEST_PAID;

    (void)state;
    assert_false(request_state_of("settled", &found));
    assert_false(request_state_of("", &found));
    assert_int_equal(found, REQUEST_PAID);
}

static void what_may_follow_what_is_the_documents_table(void **state)
{
    static const RequestState allowed[][2] = {
        {REQUEST_PROPOSED, REQUEST_APPROVED},  {REQUEST_PROPOSED, REQUEST_IN_PAYMENT},
        {REQUEST_PROPOSED, REQUEST_CANCELLED}, {REQUEST_APPROVED, REQUEST_IN_PAYMENT},
        {REQUEST_APPROVED, REQUEST_PROPOSED},  {REQUEST_APPROVED, REQUEST_CANCELLED},
        {REQUEST_IN_PAYMENT, REQUEST_PAID},    {REQUEST_IN_PAYMENT, REQUEST_UNPAID},
        {REQUEST_PAID, REQUEST_UNPAID},        {REQUEST_UNPAID, REQUEST_APPROVED},
        {REQUEST_UNPAID, REQUEST_CANCELLED},
    };
    const RequestTransition *transitions = NULL;

    (void)state;
    assert_int_equal(request_transitions(&transitions), COUNT_OF(allowed));
    for (RequestState from = REQUEST_PROPOSED; from < REQUEST_STATES; from++)
        for (RequestState to = REQUEST_PROPOSED; to < REQUEST_STATES; to++) {
            Error error = {0};
            Status expected = STATUS_DATA;

            for (size_t i = 0; i < COUNT_OF(allowed); i++)
                if (allowed[i][0] == from && allowed[i][1] == to)
                    expected = STATUS_OK;
            assert_int_equal(request_state_change(17, from, to, &error), expected);
        }
}

static void a_change_that_is_not_allowed_says_what_is(void **state)
{
    Error error = {0};

    (void)state;
    assert_int_equal(request_state_change(17, REQUEST_IN_PAYMENT, REQUEST_CANCELLED, &error),
                     STATUS_DATA);
    assert_string_equal(
        error.message,
        "request 17 is in_payment and cannot become cancelled; what it can: paid, unpaid");
    assert_int_equal(request_state_change(17, REQUEST_CANCELLED, REQUEST_PROPOSED, &error),
                     STATUS_DATA);
    assert_string_equal(error.message,
                        "request 17 is cancelled and cannot become proposed; what it can: nothing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_states_are_found_by_their_names),
        cmocka_unit_test(another_word_is_no_state),
        cmocka_unit_test(what_may_follow_what_is_the_documents_table),
        cmocka_unit_test(a_change_that_is_not_allowed_says_what_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
