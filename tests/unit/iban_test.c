#include "catalogue/iban.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void the_registrys_examples_are_valid(void **state)
{
    (void)state;
    static const char *const valid[] = {"NL91ABNA0417164300", "DE89370400440532013000",
                                        "NO9386011117947", "BR1800360305000010009795493C1",
                                        "LC55HEMM000100010012001200023015"};

    for (size_t i = 0; i < COUNT_OF(valid); i++)
        assert_true(iban_is_valid(slice_of(valid[i])));
}

static void check_digits_out_of_range_are_wrong_though_the_remainder_is_right(void **state)
{
    (void)state;
    assert_false(iban_is_valid(slice_of("GB01MIDL07009312345678")));
    assert_false(iban_is_valid(slice_of("NL99ABNA0411000000")));
}

static void a_digit_or_letter_that_changed_is_found(void **state)
{
    (void)state;
    static const char *const invalid[] = {"DE88370400440532013000",
                                          "NL91ABNA041716430",
                                          "DE8937040044053201300O",
                                          "DE89370400440532013003",
                                          "nl91abna0417164300",
                                          "N191ABNA0417164300",
                                          "NLA1ABNA0417164300",
                                          "NL91ABNA0417164-00",
                                          "NL91",
                                          ""};

    for (size_t i = 0; i < COUNT_OF(invalid); i++)
        assert_false(iban_is_valid(slice_of(invalid[i])));
}

static void each_country_has_its_length(void **state)
{
    (void)state;
    // Their check digits match: a digit was left out, or doubled, before they were computed.
    static const char *const invalid[] = {"DE5137040044053201300", "DE813704004405320130000"};

    for (size_t i = 0; i < COUNT_OF(invalid); i++)
        assert_false(iban_is_valid(slice_of(invalid[i])));
}

static void a_country_without_ibans_has_none(void **state)
{
    (void)state;
    assert_false(iban_is_valid(slice_of("ZZ38ABNA0417164300")));
    assert_false(iban_is_valid(slice_of("US07ABNA0417164300")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_registrys_examples_are_valid),
        cmocka_unit_test(check_digits_out_of_range_are_wrong_though_the_remainder_is_right),
        cmocka_unit_test(a_digit_or_letter_that_changed_is_found),
        cmocka_unit_test(each_country_has_its_length),
        cmocka_unit_test(a_country_without_ibans_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
