#include "report/quick.h"

#include "report/values.h"
#include "support/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// A text as a quick function wants it: with bytes to read on either side.
typedef struct QuickText {
    char bytes[64];
    const char *begin;
    const char *end;
} QuickText;

static void set_text(QuickText *text, const char *value, size_t size_bytes)
{
    memset(text->bytes, '7', sizeof text->bytes); // what stands around must not matter
    memcpy(text->bytes + 16, value, size_bytes);
    text->begin = text->bytes + 16;
    text->end = text->begin + size_bytes;
}

static Slice slice_of_text(const QuickText *text)
{
    return (Slice){.bytes = text->begin, .size_bytes = (size_t)(text->end - text->begin)};
}

static char digit(Random *random)
{
    return "0123456789"[random_below(random, 10)];
}

// What may stand at a place of an ISRC; once in 40 what may not.
static char draw_isrc_character(Random *random, int place)
{
    if (random_once_in(random, 40))
        return "\x80 -9_[@`{\xFF"[random_below(random, 10)];
    if (place < 2)
        return "DEzqA"[random_below(random, 5)];
    if (place < 5)
        return "09azAZ"[random_below(random, 6)];
    return digit(random);
}

// A value that is nearly one: digits, mostly, and one or two letters of others.
static void draw_text(Random *random, const char *letters, size_t size_max, QuickText *text)
{
    char value[32];
    size_t size_bytes = random_below(random, size_max + 1);

    for (size_t i = 0; i < size_bytes; i++) {
        value[i] = digit(random);
        if (random_once_in(random, 12))
            value[i] = letters[random_below(random, strlen(letters))];
    }
    set_text(text, value, size_bytes);
}

static void a_quick_number_is_what_the_careful_one_is(void **state)
{
    (void)state;
    Random random = {1};
    int agreed = 0;

    for (int i = 0; i < 200000; i++) {
        QuickText text;
        int64_t quick = 0;
        int64_t careful = 0;

        draw_text(&random, "+-./:; \x80\xB0\xFF", 18, &text);
        if (!quick_number(text.begin, text.end, &quick))
            continue;
        assert_true(slice_to_int64(slice_of_text(&text), &careful));
        assert_int_equal(quick, careful);
        agreed++;
    }
    assert_true(agreed > 10000);
}

static void a_quick_fraction_is_what_the_careful_one_is(void **state)
{
    (void)state;
    static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    Random random = {2};
    int agreed = 0;

    for (int i = 0; i < 200000; i++) {
        QuickText text;
        int64_t number = 0;
        int64_t us = 0;
        unsigned behind = 0;

        draw_text(&random, "...,-\xB0", 10, &text);
        if (!quick_fraction(text.begin, text.end, '.', &number, &behind) || behind > 6)
            continue;
        assert_int_equal(value_duration(slice_of_text(&text), DURATION_SECONDS, '.', &us),
                         REJECT_NONE);
        assert_int_equal(number * powers[6 - behind], us);
        agreed++;
    }
    assert_true(agreed > 10000);
}

static void a_quick_code_is_what_the_careful_one_is(void **state)
{
    (void)state;
    IsrcPrefixes prefixes;
    Random random = {3};
    int gtins = 0;
    int isrcs = 0;

    code_list_isrc_prefixes(&prefixes);
    for (int i = 0; i < 400000; i++) {
        QuickText text;
        char isrc[13];
        Code code = 0;

        draw_text(&random, "- A\xB0", 15, &text);
        if (quick_gtin(text.begin, text.end, &code)) {
            assert_int_equal(code, code_from_gtin(slice_of_text(&text)));
            gtins++;
        }
        for (int place = 0; place < 12; place++)
            isrc[place] = draw_isrc_character(&random, place);
        set_text(&text, isrc, 12);
        if (quick_isrc(text.begin, text.end, &prefixes, &code)) {
            assert_int_equal(code, code_from_isrc(slice_of_text(&text)));
            isrcs++;
        } else {
            assert_int_equal(code_from_isrc(slice_of_text(&text)), CODE_ODD);
        }
    }
    assert_true(gtins > 2000 && isrcs > 50000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quick_number_is_what_the_careful_one_is),
        cmocka_unit_test(a_quick_fraction_is_what_the_careful_one_is),
        cmocka_unit_test(a_quick_code_is_what_the_careful_one_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
