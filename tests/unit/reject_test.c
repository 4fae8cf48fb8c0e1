#include "report/reject.h"

#include "base/attributes.h"
#include "base/memory.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void each_reason_has_a_key_of_its_own_and_says_what_was_expected(void **state)
{
    (void)state;
    for (int reason = 0; reason < REJECT_REASON_COUNT; reason++) {
        const char *key = reject_reason_key((RejectReason)reason);

        assert_true(strspn(key, "abcdefghijklmnopqrstuvwxyz_") == strlen(key) && key[0] != '\0');
        assert_true(strlen(reject_reason_expected((RejectReason)reason)) > 0);
        for (int other = 0; other < reason; other++)
            assert_string_not_equal(key, reject_reason_key((RejectReason)other));
    }
}

static void keys_never_change_since_they_are_stored(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "shape_fields",     "shape_quote",      "shape_control",    "shape_encoding",
        "shape_length",     "id_missing",       "id_invalid",       "time_missing",
        "time_invalid",     "time_range",       "duration_invalid", "monetised_invalid",
        "monetised_range",  "quantity_invalid", "amount_invalid",   "amount_length",
        "currency_invalid",
    };

    assert_int_equal(COUNT_OF(keys), REJECT_REASON_COUNT);
    for (int reason = 0; reason < REJECT_REASON_COUNT; reason++)
        assert_string_equal(reject_reason_key((RejectReason)reason), keys[reason]);
}

static void a_freed_list_is_an_empty_one(void **state)
{
    (void)state;
    RejectList list = {0};

    MEMORY_GROW(list.rejects, list.count, list.capacity);
    list.count = 1;
    reject_list_free(&list);
    assert_int_equal(list.count, 0);
    assert_null(list.rejects);
    reject_list_free(&list);
    reject_list_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_reason_has_a_key_of_its_own_and_says_what_was_expected),
        cmocka_unit_test(keys_never_change_since_they_are_stored),
        cmocka_unit_test(a_freed_list_is_an_empty_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
