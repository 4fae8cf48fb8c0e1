#include "tide/id_set.h"

#include "base/memory.h"
#include "support/random.h"
#include "support/stored_ids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PART_IDS (INT64_C(1) << ID_PART_BITS)
#define ID_MAX INT64_MAX

static void a_run_goes_on_over_parts(void **state)
{
    (void)state;
    IdSet *set = id_set_new();
    int64_t first = 0;
    int64_t last = 0;

    id_set_add_range(set, PART_IDS - 5, 4 * PART_IDS + 5);
    assert_true(id_set_next_run(set, 1, &first, &last));
    assert_int_equal(first, PART_IDS - 5);
    assert_int_equal(last, 4 * PART_IDS + 5);
    assert_int_equal(id_set_count(set), 3 * PART_IDS + 11);
    assert_int_equal(id_set_part_count(set), 5);

    id_set_remove_range(set, 2 * PART_IDS, 3 * PART_IDS - 1); // a whole part
    assert_int_equal(id_set_part_count(set), 4);
    assert_true(id_set_next_run(set, 1, &first, &last));
    assert_int_equal(last, 2 * PART_IDS - 1);
    assert_true(id_set_next_run(set, last + 1, &first, &last));
    assert_int_equal(first, 3 * PART_IDS);

    id_set_remove_range(set, 1, ID_MAX);
    assert_int_equal(id_set_part_count(set), 0);
    id_set_free(set);
}

static void an_empty_set_has_neither_ends_nor_runs(void **state)
{
    (void)state;
    IdSet *set = id_set_new();
    int64_t first = -1;
    int64_t last = -1;

    assert_int_equal(id_set_lowest(set), 0);
    assert_int_equal(id_set_highest(set), 0);
    assert_int_equal(id_set_count(set), 0);
    assert_false(id_set_next_run(set, 1, &first, &last));
    assert_int_equal(first, -1);
    assert_int_equal(last, -1);
    assert_int_equal(id_set_part_count(set), 0);
    id_set_free(set);
    id_set_free(NULL);
}

static void ids_far_apart_are_found_again_in_whatever_order_they_came(void **state)
{
    (void)state;
    enum { REPORTS = 20000 }; // of a hundred lines each: far more parts than a leaf holds
    Random random = {6};
    IdSet *set = id_set_new();
    IdSet *half = id_set_new();
    int32_t *order = MEMORY_NEW(int32_t, REPORTS);
    int64_t first = 0;
    int64_t last = 0;

    for (int32_t i = 0; i < REPORTS; i++) {
        size_t j = (size_t)random_below(&random, (uint64_t)i + 1);

        order[i] = order[j];
        order[j] = i;
    }
    for (int64_t i = 0; i < REPORTS; i++) {
        int64_t base = (int64_t)(order[i] + 1) << 32;

        id_set_add_range(set, base + 1, base + 100);
        if (order[i] % 2 == 0)
            id_set_add(half, base + 50);
    }
    assert_int_equal(id_set_part_count(set), REPORTS);
    assert_int_equal(id_set_count(set), REPORTS * 100);
    assert_int_equal(id_set_lowest(set), (INT64_C(1) << 32) + 1);
    assert_int_equal(id_set_highest(set), ((int64_t)REPORTS << 32) + 100);
    for (int64_t i = 1; i <= REPORTS; i++) {
        assert_true(id_set_next_run(set, last + 1, &first, &last));
        assert_int_equal(first, (i << 32) + 1);
        assert_int_equal(last, (i << 32) + 100);
    }
    id_set_remove_all(set, half);
    assert_int_equal(id_set_count(set), REPORTS * 100 - REPORTS / 2);
    assert_false(id_set_intersects(set, half));
    for (int64_t i = 0; i < REPORTS; i += 3) // takes parts out in random order
        id_set_remove_range(set, (int64_t)(order[i] + 1) << 32, (int64_t)(order[i] + 2) << 32);
    for (int64_t i = 0; i < REPORTS; i++)
        assert_int_equal(id_set_contains(set, ((int64_t)(order[i] + 1) << 32) + 1), i % 3 != 0);
    id_set_free(set);
    id_set_free(half);
    free(order);
}

static void a_run_of_sixteen_million_ids_is_stored_in_four_kilobytes(void **state)
{
    (void)state;
    IdSet *set = id_set_new();

    for (int64_t id = PART_IDS; id < 2 * PART_IDS; id += 4096)
        id_set_add_range(set, id, id + 4095);

    StoredIds stored = stored_ids_of(set);

    assert_int_equal(stored.count, 1);
    assert_true(stored.parts[0].size_bytes < 4096);
    stored_ids_free(&stored);
    id_set_free(set);
}

static void assert_refused(const IdPart parts[], size_t count, const char *message)
{
    Error error = {0};
    IdSet *set = NULL;

    assert_int_equal(id_set_decode(parts, count, &set, &error), STATUS_DATA);
    assert_string_equal(error.message, message);
    assert_null(set);
}

static void bytes_that_are_no_bitmap_are_refused(void **state)
{
    (void)state;
    // Each begins well: cookie, count, key and cardinality - 1, offset, values.
    static const struct {
        const char *what;
        size_t size_bytes;
        unsigned char bytes[64];
    } cases[] = {
        {"nothing", 0, {0}},
        {"cookie", 9, "no bitmap"},
        {"no containers", 8, {0x3A, 0x30}},
        {"cut in the count", 6, {0x3A, 0x30, 0, 0, 1, 0}},
        {"cut in the keys", 10, {0x3A, 0x30, 0, 0, 1}},
        {"cut in the offsets", 14, {0x3A, 0x30, 0, 0, 1}},
        {"too many containers", 64, {0x3A, 0x30, 0, 0, 1, 1}},
        {"a number of 25 bits", 18, {0x3A, 0x30, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 16, 0, 0, 0, 5, 0}},
        {"offset", 18, {0x3A, 0x30, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 17, 0, 0, 0, 5, 0}},
        {"a byte behind", 19, {0x3A, 0x30, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 5, 0, 0}},
        {"values in falling order", 20, {0x3A, 0x30, 0,  0, 1, 0, 0, 0, 0, 0,
                                         1,    0,    16, 0, 0, 0, 5, 0, 4, 0}},
        {"a value twice", 20, {0x3A, 0x30, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 16, 0, 0, 0, 5, 0, 5, 0}},
        {"keys in falling order", 28, {0x3A, 0x30, 0,  0, 2, 0, 0,  0, 1, 0, 0, 0, 0, 0,
                                       0,    0,    24, 0, 0, 0, 26, 0, 0, 0, 5, 0, 5, 0}},
        {"runs that touch", 19, {0x3B, 0x30, 0, 0, 1, 0, 0, 3, 0, 2, 0, 5, 0, 1, 0, 7, 0, 1, 0}},
        {"runs of another cardinality", 15, {0x3B, 0x30, 0, 0, 1, 0, 0, 3, 0, 1, 0, 5, 0, 2, 0}},
        {"a run over the border", 15, {0x3B, 0x30, 0, 0, 1, 0, 0, 3, 0, 1, 0, 0xFE, 0xFF, 3, 0}},
        {"no runs", 11, {0x3B, 0x30, 0, 0, 1, 0, 0, 0, 0, 0, 0}},
        {"cut in the run flags", 4, {0x3B, 0x30, 0, 0}},
        {"cut in the count of runs", 10, {0x3B, 0x30, 0, 0, 1, 0, 0, 3, 0, 1}},
        {"cut in the runs", 13, {0x3B, 0x30, 0, 0, 1, 0, 0, 3, 0, 1, 0, 5, 0}},
        {"cut in a bitset", 64, {0x3A, 0x30, 0, 0, 1, 0, 0, 0, 0, 0, 0xFF, 0x1F, 16}},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Error error = {0};
        IdSet *set = NULL;
        // As long as it says and not a byte more, so that a sanitizer sees a read beyond.
        char *bytes = malloc(cases[i].size_bytes + (cases[i].size_bytes == 0));
        IdPart part = {.number = 3, .bytes = bytes, .size_bytes = cases[i].size_bytes};

        assert_non_null(bytes);
        memcpy(bytes, cases[i].bytes, cases[i].size_bytes);
        if (id_set_decode(&part, 1, &set, &error) != STATUS_DATA)
            fail_msg("accepted: %s", cases[i].what);
        assert_null(set);
        free(bytes);
    }

    IdPart part = {.number = 3, .bytes = "no bitmap", .size_bytes = 9};

    assert_refused(&part, 1, "part 3: its 9 bytes are no bitmap of 24-bit numbers");
}

static void a_part_that_comes_twice_or_has_no_place_is_refused(void **state)
{
    (void)state;
    static const char five[] = {0x3A, 0x30, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 5, 0};
    static const char zero[] = {0x3A, 0x30, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0};
    Error error = {0};
    IdSet *set = NULL;
    IdPart parts[] = {
        {.number = 7, .bytes = five, .size_bytes = sizeof five},
        {.number = 2, .bytes = zero, .size_bytes = sizeof zero},
        {.number = 7, .bytes = five, .size_bytes = sizeof five},
    };

    assert_int_equal(id_set_decode(parts, 2, &set, &error), STATUS_OK);
    assert_int_equal(id_set_lowest(set), 2 * PART_IDS);
    assert_int_equal(id_set_highest(set), 7 * PART_IDS + 5);
    id_set_free(set);
    assert_refused(parts, 3, "part 7: it comes twice");
    parts[1].number = 0;
    assert_refused(parts, 2, "part 0: it has ID 0, and the lowest is 1");
    parts[1].number = -1;
    assert_refused(parts, 2, "part -1: the number is not between 0 and 549755813887");
    parts[1].number = INT64_C(1) << 39;
    assert_refused(parts, 2, "part 549755813888: the number is not between 0 and 549755813887");
}

// A part with containers of each kind: an array, a bitset, runs.
static IdSet *mixed_set(void)
{
    IdSet *set = id_set_new();

    for (int64_t id = 1; id < 200; id += 3)
        id_set_add(set, id);
    for (int64_t id = 0x10000; id < 0x20000; id += 2)
        id_set_add(set, id);
    id_set_add_range(set, 0x20005, 0x27000);
    id_set_add_range(set, 0x27002, 0x30007);
    id_set_add(set, 0xFFFFFF);
    return set;
}

static void a_flipped_bit_is_refused_or_gives_another_set(void **state)
{
    (void)state;
    IdSet *set = mixed_set();
    StoredIds stored = stored_ids_of(set);
    IdPart *part = &stored.parts[0];
    char *bytes = memory_copy(part->bytes, part->size_bytes);
    IdPart flipped = {.number = 1, .bytes = bytes, .size_bytes = part->size_bytes};
    size_t accepted = 0;

    assert_int_equal(stored.count, 1);
    for (size_t bit = 0; bit < part->size_bytes * 8; bit++) {
        Error error = {0};
        IdSet *other = NULL;

        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        if (id_set_decode(&flipped, 1, &other, &error) == STATUS_OK) {
            StoredIds again = stored_ids_of(other);

            accepted++;
            assert_int_equal(again.count, 1);
            assert_true(id_set_count(other) > 0);
            assert_true(id_set_highest(other) < 2 * PART_IDS);
            stored_ids_free(&again);
            id_set_free(other);
        }
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    // Most bits of a bitset are held by its cardinality; those of an array's values are not.
    assert_true(accepted > 0 && accepted < 1000);
    for (size_t size = 0; size < part->size_bytes; size++) {
        Error error = {0};
        IdSet *other = NULL;

        flipped.size_bytes = size;
        assert_int_equal(id_set_decode(&flipped, 1, &other, &error), STATUS_DATA);
    }
    free(bytes);
    stored_ids_free(&stored);
    id_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_goes_on_over_parts),
        cmocka_unit_test(an_empty_set_has_neither_ends_nor_runs),
        cmocka_unit_test(ids_far_apart_are_found_again_in_whatever_order_they_came),
        cmocka_unit_test(a_run_of_sixteen_million_ids_is_stored_in_four_kilobytes),
        cmocka_unit_test(bytes_that_are_no_bitmap_are_refused),
        cmocka_unit_test(a_part_that_comes_twice_or_has_no_place_is_refused),
        cmocka_unit_test(a_flipped_bit_is_refused_or_gives_another_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
