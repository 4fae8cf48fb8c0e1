#include "report/code.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { GENERATED = 10000 };

static Code isrc(const char *text)
{
    return code_from_isrc(slice_of(text));
}

static Code gtin(const char *text)
{
    return code_from_gtin(slice_of(text));
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return *seed >> 33;
}

static void an_isrc_is_the_number_that_the_header_says(void **state)
{
    (void)state;
    char text[CODE_TEXT_BYTES];

    assert_int_equal(isrc("AA0000000000"), 1);
    assert_int_equal(isrc("AA0000000001"), 2);
    assert_int_equal(isrc("AA0010000000"), 1 + 10000000);
    assert_int_equal(isrc("AA00A0000000"), 1 + 10 * INT64_C(10000000));
    assert_int_equal(isrc("AAZ000000000"), 1 + INT64_C(35) * 36 * 36 * 10000000);
    assert_int_equal(isrc("AB0000000000"), 1 + INT64_C(36) * 36 * 36 * 10000000);
    assert_int_equal(isrc("BA0000000000"), 1 + INT64_C(26) * 36 * 36 * 36 * 10000000);
    assert_int_equal(isrc("ZZZZZ9999999"), INT64_C(26) * 26 * 36 * 36 * 36 * 10000000);
    assert_string_equal(code_print_isrc(isrc("ZZZZZ9999999"), text), "ZZZZZ9999999");
    assert_string_equal(code_print_isrc(1, text), "AA0000000000");
}

static void hyphens_spaces_and_small_letters_do_not_change_an_isrc(void **state)
{
    (void)state;
    Code plain = isrc("GBA1Z2600042");

    assert_true(plain > 0);
    assert_int_equal(isrc("GB-A1Z-26-00042"), plain);
    assert_int_equal(isrc("GB A1Z 26 00042"), plain);
    assert_int_equal(isrc("gba1z2600042"), plain);
    assert_int_equal(isrc(" gb-a1z-26-00042  "), plain);
    assert_int_equal(isrc("GBA1Z-2600042"), plain);
}

static void an_empty_text_is_no_code(void **state)
{
    (void)state;
    char text[CODE_TEXT_BYTES];

    assert_int_equal(isrc(""), CODE_NONE);
    assert_int_equal(isrc("  "), CODE_NONE);
    assert_int_equal(code_from_isrc((Slice){0}), CODE_NONE);
    assert_int_equal(gtin(""), CODE_NONE);
    assert_int_equal(gtin("  "), CODE_NONE);
    assert_int_equal(code_from_gtin((Slice){0}), CODE_NONE);
    assert_string_equal(code_print_isrc(CODE_NONE, text), "");
    assert_string_equal(code_print_gtin(CODE_NONE, text), "");
}

static void a_malformed_isrc_is_odd(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "-",
        "GBA1Z260004",        // too short
        "GBA1Z26000420",      // too long
        "G1A1Z2600042",       // a digit in the country
        "GBA_Z2600042",       // no registrant
        "GBA1ZA600042",       // a letter in the year
        "GBA1Z260004O",       // the letter O at the end
        "GB/A1Z/26/00042",    // another hyphen
        "GB\tA1Z\t26\t00042", // another space
        "GB\303\2041Z2600042",
        "A10302B00001059Z4Y", // a GRid
        "0",
    };

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (isrc(texts[i]) != CODE_ODD)
            fail_msg("\"%s\" is %" PRId64 ", not odd", texts[i], isrc(texts[i]));
    assert_int_equal(code_from_isrc((Slice){"GBA1Z260004\0", 12}), CODE_ODD);
}

static void a_gtin_of_each_length_is_its_digits_as_a_number(void **state)
{
    (void)state;
    char text[CODE_TEXT_BYTES];

    assert_int_equal(gtin("96385074"), 96385074);
    assert_int_equal(gtin("036000291452"), 36000291452);
    assert_int_equal(gtin("4006381333931"), 4006381333931);
    assert_int_equal(gtin("00012345600012"), 12345600012);
    assert_int_equal(gtin("10614141000415"), 10614141000415);
    assert_int_equal(gtin(" 4006381333931 "), 4006381333931);
    // A UPC is an EAN with a zero in front: one product.
    assert_int_equal(gtin("0036000291452"), gtin("036000291452"));
    assert_int_equal(gtin("00036000291452"), gtin("036000291452"));

    assert_string_equal(code_print_gtin(96385074, text), "000096385074");
    assert_string_equal(code_print_gtin(36000291452, text), "036000291452");
    assert_string_equal(code_print_gtin(4006381333931, text), "4006381333931");
    assert_string_equal(code_print_gtin(10614141000415, text), "10614141000415");
}

static void a_malformed_gtin_is_odd(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "036000291453",       // a wrong check digit
        "4006381333932",      // a wrong check digit
        "306000291452",       // two digits that changed places
        "36000291452",        // 11 digits: a spreadsheet dropped the zero
        "9638507",            // 7
        "123456789",          // 9
        "000000000000000",    // 15
        "3.60003E+10",        // a spreadsheet
        "03600029145X",       // a letter
        "036000 291452",      // a space within
        "-36000291452",       // a sign
        "00000000",           // nobody's product
        "0000000000000",      // nobody's product
        "A10302B00001059Z4Y", // a GRid
        "A1-2425G-ABC1234002-M",
    };

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (gtin(texts[i]) != CODE_ODD)
            fail_msg("\"%s\" is %" PRId64 ", not odd", texts[i], gtin(texts[i]));
}

static void of_ten_last_digits_exactly_one_makes_a_gtin(void **state)
{
    (void)state;
    static const size_t lengths[] = {8, 12, 13, 14};
    uint64_t seed = 1;

    for (size_t i = 0; i < GENERATED; i++) {
        size_t length = lengths[i % COUNT_OF(lengths)];
        char text[CODE_TEXT_BYTES] = {0};
        int valid = 0;

        for (size_t j = 0; j + 1 < length; j++)
            text[j] = (char)('0' + next_random(&seed) % 10);
        text[0] = '1'; // never all zeros
        for (int digit = 0; digit <= 9; digit++) {
            text[length - 1] = (char)('0' + digit);
            valid += gtin(text) > 0 ? 1 : 0;
        }
        assert_int_equal(valid, 1);
    }
}

static void generated_isrcs_come_back_and_keep_their_order(void **state)
{
    (void)state;
    uint64_t seed = 2;

    for (int i = 0; i < GENERATED; i++) {
        static const char characters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        char text[2][CODE_TEXT_BYTES] = {{0}};

        for (int k = 0; k < 2; k++) {
            for (size_t j = 0; j < 12; j++) {
                size_t first = j < 2 ? 10 : 0;
                size_t end = j < 5 ? 36 : 10;

                text[k][j] = characters[first + next_random(&seed) % (end - first)];
            }
        }
        Code codes[2] = {isrc(text[0]), isrc(text[1])};
        char printed[CODE_TEXT_BYTES];

        assert_string_equal(code_print_isrc(codes[0], printed), text[0]);
        // Digits sort before letters in ASCII and in a code, so that both have one order.
        assert_int_equal(codes[0] < codes[1], strcmp(text[0], text[1]) < 0);
    }
}

static void generated_gtins_come_back(void **state)
{
    (void)state;
    uint64_t seed = 3;
    int valid = 0;

    while (valid < GENERATED) {
        char text[CODE_TEXT_BYTES] = {0};
        char printed[CODE_TEXT_BYTES];
        size_t length = 12 + next_random(&seed) % 3;

        for (size_t j = 0; j < length; j++)
            text[j] = (char)('0' + next_random(&seed) % (j == 0 ? 9 : 10) + (j == 0 ? 1 : 0));
        Code code = gtin(text);

        if (code < 0)
            continue;
        assert_string_equal(code_print_gtin(code, printed), text);
        valid++;
    }
}

static void consecutive_codes_are_spread_evenly_over_all_buckets(void **state)
{
    (void)state;
    int isrcs[BUCKETS] = {0};
    int gtins[BUCKETS] = {0};
    Code first_isrc = isrc("GBA1Z2600001");
    Code first_gtin = INT64_C(506042012345);

    for (int i = 0; i < 100 * BUCKETS; i++) {
        isrcs[code_bucket(CODE_NONE, first_isrc + i)]++;
        gtins[code_bucket((first_gtin + i) * 10 + i % 10, CODE_NONE)]++; // any check digit
    }
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
        assert_in_range(isrcs[bucket], 90, 110);
        assert_in_range(gtins[bucket], 60, 140);
    }
}

static void a_bucket_is_of_the_release_and_else_of_the_recording(void **state)
{
    (void)state;
    assert_int_equal(code_bucket(7, 9), 7);
    assert_int_equal(code_bucket(CODE_NONE, 9), 9);
    assert_int_equal(code_bucket(CODE_NONE, CODE_NONE), 0);
    assert_int_equal(code_bucket(65521 + 300, 9), 300 - 256);
    assert_int_equal(code_bucket(-7, 9), 7);
    assert_int_equal(code_bucket(CODE_NONE, -300), 300 - 256);
    assert_int_equal(code_bucket(INT64_MIN, 0), (int)((UINT64_C(1) << 63) % 65521 % 256));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_isrc_is_the_number_that_the_header_says),
        cmocka_unit_test(hyphens_spaces_and_small_letters_do_not_change_an_isrc),
        cmocka_unit_test(an_empty_text_is_no_code),
        cmocka_unit_test(a_malformed_isrc_is_odd),
        cmocka_unit_test(a_gtin_of_each_length_is_its_digits_as_a_number),
        cmocka_unit_test(a_malformed_gtin_is_odd),
        cmocka_unit_test(of_ten_last_digits_exactly_one_makes_a_gtin),
        cmocka_unit_test(generated_isrcs_come_back_and_keep_their_order),
        cmocka_unit_test(generated_gtins_come_back),
        cmocka_unit_test(consecutive_codes_are_spread_evenly_over_all_buckets),
        cmocka_unit_test(a_bucket_is_of_the_release_and_else_of_the_recording),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
