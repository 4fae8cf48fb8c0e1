#include "cells/packed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { NUMBERS_MAX = 8 };

static uint8_t room[PACKED_HEAD_BYTES + NUMBERS_MAX * PACKED_WIDTH_MAX];

// Packs them; checks that they have so many bytes each, and that they come out as they went in.
static void check_width(const int64_t numbers[], size_t count, unsigned width)
{
    int64_t read[NUMBERS_MAX] = {0};
    size_t size_bytes = packed_write(numbers, count, room);
    Error error = {0};

    assert_int_equal(room[0], width);
    assert_int_equal(size_bytes, PACKED_HEAD_BYTES + count * width);
    assert_int_equal(packed_read(room, size_bytes, read, count, &error), STATUS_OK);
    assert_memory_equal(read, numbers, count * sizeof numbers[0]);
}

static void numbers_take_the_fewest_bytes_that_hold_them(void **state)
{
    (void)state;
    check_width((const int64_t[]){7, 7, 7}, 3, 0);
    check_width((const int64_t[]){-5}, 1, 0);
    check_width((const int64_t[]){1000, 1255}, 2, 1);
    check_width((const int64_t[]){1000, 1256}, 2, 2);
    check_width((const int64_t[]){-3, 65532}, 2, 2);
    check_width((const int64_t[]){-3, 65533}, 2, 4);
    check_width((const int64_t[]){INT64_MIN, INT64_MIN + UINT32_MAX}, 2, 4);
    check_width((const int64_t[]){INT64_MAX - UINT32_MAX - 1, INT64_MAX}, 2, 8);
    check_width((const int64_t[]){INT64_MIN, 0, INT64_MAX, -1}, 4, 8);
}

static void the_bytes_are_those_of_the_format(void **state)
{
    (void)state;
    static const uint8_t two[] = {2, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 1, 2};
    static const uint8_t minus[] = {1, 255, 255, 255, 255, 255, 255, 255, 254, 3, 0};

    assert_int_equal(packed_write((const int64_t[]){5, 5 + 258}, 2, room), sizeof two);
    assert_memory_equal(room, two, sizeof two);
    assert_int_equal(packed_write((const int64_t[]){1, -2}, 2, room), sizeof minus);
    assert_memory_equal(room, minus, sizeof minus);
}

static void bytes_that_are_no_packed_numbers_are_refused(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3};
    int64_t read[NUMBERS_MAX];
    Error error = {0};

    assert_int_equal(packed_read(bytes, sizeof bytes, read, 1, &error), STATUS_DATA);
    assert_string_equal(error.message, "12 bytes with the width 3 are not 1 packed numbers");
    assert_int_equal(packed_read(bytes, 8, read, 0, &error), STATUS_DATA);
    assert_int_equal(packed_read(bytes, 0, read, 0, &error), STATUS_DATA);

    size_t size_bytes = packed_write((const int64_t[]){1, 2, 3}, 3, room);

    assert_int_equal(packed_read(room, size_bytes, read, 2, &error), STATUS_DATA);
    assert_int_equal(packed_read(room, size_bytes - 1, read, 3, &error), STATUS_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_take_the_fewest_bytes_that_hold_them),
        cmocka_unit_test(the_bytes_are_those_of_the_format),
        cmocka_unit_test(bytes_that_are_no_packed_numbers_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
