#include "report/scan.h"

#include "base/memory.h"
#include "support/random.h"
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// What a naive loop finds in bytes, as scan() lists it.
static void expect_scan(const char *bytes, size_t size_bytes, ScanLetters letters, ScanKind kind)
{
    ScanIndex *index = MEMORY_NEW(ScanIndex, 1);
    size_t separators = 0;
    size_t specials = 0;

    scan(kind, bytes, size_bytes, letters, index);
    for (size_t i = 0; i < size_bytes; i++) {
        uint8_t byte = (uint8_t)bytes[i];

        if (bytes[i] == letters.delimiter || bytes[i] == '\n')
            assert_int_equal(index->separators[1 + separators++], i);
        if (bytes[i] != letters.delimiter &&
            (byte < 0x20 || byte >= 0x7F || bytes[i] == letters.quote))
            assert_int_equal(index->specials[specials++], i);
    }
    assert_int_equal(index->separator_count, separators);
    assert_int_equal(index->separators[1 + separators], SCAN_NONE);
    assert_int_equal(index->specials[specials], SCAN_NONE);
    free(index);
}

static char any_byte(Random *random)
{
    uint64_t number = random_next(random);
    char byte;

    memcpy(&byte, &number, sizeof byte);
    return byte;
}

static void every_scan_finds_what_a_naive_loop_finds(void **state)
{
    (void)state;
    static const char letters[] = ",,\"\n\r;\tab01";
    static const ScanLetters kinds[] = {{',', '"'}, {'\t', '\n'}, {';', '"'}, {(char)0xE9, '"'}};
    enum { ROUNDS = 200, BYTES_MAX = 400 };
    char bytes[BYTES_MAX + SCAN_BLOCK_BYTES];
    Random random = {4};

    for (int round = 0; round < ROUNDS; round++) {
        size_t size_bytes = random_below(&random, BYTES_MAX + 1);
        uint64_t any = random_below(&random, 4); // of four bytes so many are any

        for (size_t i = 0; i < sizeof bytes; i++) {
            bytes[i] = letters[random_below(&random, sizeof letters - 1)];
            if (random_below(&random, 4) < any)
                bytes[i] = any_byte(&random);
        }
        for (int kind = SCAN_BEST; kind < SCAN_KINDS; kind++)
            for (size_t i = 0; i < COUNT_OF(kinds) && scan_can((ScanKind)kind); i++)
                expect_scan(bytes, size_bytes, kinds[i], (ScanKind)kind);
    }
}

static void a_scan_of_separators_alone_lists_them_all(void **state)
{
    (void)state;
    char *bytes = story_many("", ',', SCAN_BYTES_MAX + SCAN_BLOCK_BYTES, "");
    char *quotes = story_many("", '"', SCAN_BYTES_MAX + SCAN_BLOCK_BYTES, "");

    for (int kind = SCAN_BEST; kind < SCAN_KINDS; kind++) {
        if (!scan_can((ScanKind)kind))
            continue;
        expect_scan(bytes, SCAN_BYTES_MAX, (ScanLetters){',', '"'}, (ScanKind)kind);
        expect_scan(quotes, SCAN_BYTES_MAX, (ScanLetters){',', '"'}, (ScanKind)kind);
    }
    free(quotes);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scan_finds_what_a_naive_loop_finds),
        cmocka_unit_test(a_scan_of_separators_alone_lists_them_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
