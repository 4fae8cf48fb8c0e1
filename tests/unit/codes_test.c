#include "aggregate/codes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void each_code_is_there_once_and_they_rise(void **state)
{
    (void)state;
    static const Code added[] = {5, -3, 5, 5, 9, -3, 0};
    static const Code expected[] = {-3, 0, 5, 9};
    Codes codes = {0};

    assert_false(codes_have(&codes, 5));
    for (size_t i = 0; i < COUNT_OF(added); i++)
        codes_add(&codes, added[i]);
    codes_settle(&codes);
    assert_int_equal(codes.count, COUNT_OF(expected));
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_int_equal(codes.codes[i], expected[i]);
        assert_true(codes_have(&codes, expected[i]));
    }
    assert_false(codes_have(&codes, 4));
    codes_free(&codes);
}

static void what_comes_again_takes_no_further_room(void **state)
{
    (void)state;
    enum { DIFFERENT = 3000, ROOM = 8192 };
    Codes codes = {0};

    for (int time = 0; time < 100; time++)
        for (Code code = DIFFERENT; code > 0; code--)
            codes_add(&codes, code);
    assert_in_range(codes.capacity, DIFFERENT, ROOM);
    codes_settle(&codes);
    assert_int_equal(codes.count, DIFFERENT);
    assert_true(codes_have(&codes, 1));
    assert_true(codes_have(&codes, DIFFERENT));
    codes_free(&codes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_code_is_there_once_and_they_rise),
        cmocka_unit_test(what_comes_again_takes_no_further_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
