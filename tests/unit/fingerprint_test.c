#include "tide/fingerprint.h"

#include "base/memory.h"
#include "support/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BLOCK_IDS (INT64_C(1) << FINGERPRINT_BLOCK_BITS)
#define PART_IDS (INT64_C(1) << ID_PART_BITS)

// The hash of a row whose content is another for each `content`.
static uint64_t hash_of(int64_t id, uint64_t content)
{
    Random random = {(uint64_t)id * 31 + content};

    return random_next(&random);
}

static void add_row(Fingerprints *fingerprints, int64_t id, uint64_t hash)
{
    static const bool is_added[] = {true};

    fingerprints_add_rows(fingerprints, &id, &hash, is_added, 1);
}

static void add_rows(Fingerprints *fingerprints, int64_t first, int64_t last, uint64_t content)
{
    for (int64_t id = first; id <= last; id++)
        add_row(fingerprints, id, hash_of(id, content));
}

// What is stored, all parts one behind the other; the caller's.
static char *stored(const Fingerprints *fingerprints, size_t *out_size_bytes)
{
    char *all = memory_new(1, 1);
    size_t size_bytes = 0;

    for (size_t i = 0; i < fingerprints_part_count(fingerprints); i++) {
        int64_t number;
        char *bytes;
        size_t part_bytes;

        fingerprints_encode_part(fingerprints, i, &number, &bytes, &part_bytes);
        all = memory_resize(all, size_bytes + sizeof number + part_bytes, 1);
        memcpy(all + size_bytes, &number, sizeof number);
        memcpy(all + size_bytes + sizeof number, bytes, part_bytes);
        size_bytes += sizeof number + part_bytes;
        free(bytes);
    }
    *out_size_bytes = size_bytes;
    return all;
}

static void assert_same(const Fingerprints *left, const Fingerprints *right)
{
    size_t left_bytes;
    size_t right_bytes;
    char *left_stored = stored(left, &left_bytes);
    char *right_stored = stored(right, &right_bytes);

    assert_int_equal(left_bytes, right_bytes);
    assert_memory_equal(left_stored, right_stored, left_bytes);
    free(left_stored);
    free(right_stored);
}

static void rows_are_added_at_once_as_one_by_one(void **state)
{
    (void)state;
    enum { ROWS = 1000 };
    Random random = {12};
    Fingerprints *at_once = fingerprints_new();
    Fingerprints *single = fingerprints_new();
    int64_t ids[ROWS];
    uint64_t hashes[ROWS];
    bool is_added[ROWS];

    for (int64_t i = 0; i < ROWS; i++) { // over borders of blocks and parts, with some blocks empty
        ids[i] = PART_IDS - 4 * BLOCK_IDS + i * (BLOCK_IDS / 100) + (i > ROWS / 2 ? PART_IDS : 0);
        hashes[i] = random_next(&random);
        is_added[i] = i / 90 % 2 == 0 && random_once_in(&random, 2);
        if (is_added[i])
            add_row(single, ids[i], hashes[i]);
    }
    fingerprints_add_rows(at_once, ids, hashes, is_added, ROWS);
    assert_same(at_once, single);
    fingerprints_free(at_once);
    fingerprints_free(single);
}

static void the_same_rows_in_any_order_give_the_same_fingerprints(void **state)
{
    (void)state;
    enum { ROWS = 20000 };
    Random random = {1};
    Fingerprints *straight = fingerprints_new();
    Fingerprints *shuffled = fingerprints_new();
    int64_t *ids = MEMORY_NEW(int64_t, ROWS);

    for (int64_t i = 0; i < ROWS; i++) { // over two borders of parts, and far away
        int64_t id = (i % 3 == 0 ? PART_IDS : (i % 3) << 40) - ROWS / 2 + i * 7;
        size_t j = (size_t)random_below(&random, (uint64_t)i + 1);

        add_row(straight, id, hash_of(id, 0));
        ids[i] = ids[j];
        ids[j] = id;
    }
    for (size_t i = 0; i < ROWS; i++)
        add_row(shuffled, ids[i], hash_of(ids[i], 0));
    assert_same(straight, shuffled);
    fingerprints_free(straight);
    fingerprints_free(shuffled);
    free(ids);
}

// The rows of a file, all of them duplicates, and what is left of their IDs to be compared.
typedef struct Duplicates {
    Fingerprints *feed;
    Fingerprints *file;
    IdSet *ids;
} Duplicates;

static Duplicates duplicates_new(void)
{
    return (Duplicates){
        .feed = fingerprints_new(), .file = fingerprints_new(), .ids = id_set_new()};
}

static void duplicates_add(Duplicates *duplicates, int64_t first, int64_t last, uint64_t content)
{
    add_rows(duplicates->file, first, last, content);
    id_set_add_range(duplicates->ids, first, last);
}

static void duplicates_free(Duplicates *duplicates)
{
    fingerprints_free(duplicates->feed);
    fingerprints_free(duplicates->file);
    id_set_free(duplicates->ids);
}

static void rows_that_cover_their_blocks_whole_are_proved(void **state)
{
    (void)state;
    Duplicates duplicates = duplicates_new();

    add_rows(duplicates.feed, 1, 3 * BLOCK_IDS, 0);
    duplicates_add(&duplicates, 1, 2 * BLOCK_IDS - 1, 0);
    fingerprints_prove(duplicates.feed, duplicates.file, duplicates.ids);
    assert_int_equal(id_set_count(duplicates.ids), 0);
    duplicates_free(&duplicates);
}

static void another_content_in_a_whole_block_is_not_proved(void **state)
{
    (void)state;
    Duplicates duplicates = duplicates_new();
    int64_t first = PART_IDS + 5 * BLOCK_IDS;

    add_rows(duplicates.feed, 1, 1, 0);
    add_rows(duplicates.feed, first, first + 99, 0);
    duplicates_add(&duplicates, 1, 1, 0);
    duplicates_add(&duplicates, first, first + 49, 0);
    duplicates_add(&duplicates, first + 50, first + 50, 1);
    duplicates_add(&duplicates, first + 51, first + 99, 0);
    fingerprints_prove(duplicates.feed, duplicates.file, duplicates.ids);
    assert_int_equal(id_set_lowest(duplicates.ids), first);
    assert_int_equal(id_set_count(duplicates.ids), 100);
    duplicates_free(&duplicates);
}

static void a_block_covered_in_part_is_not_proved(void **state)
{
    (void)state;
    Duplicates duplicates = duplicates_new();

    add_rows(duplicates.feed, 1, 100, 0);
    add_rows(duplicates.feed, BLOCK_IDS, BLOCK_IDS + 99, 0);
    duplicates_add(&duplicates, 1, 50, 0);
    duplicates_add(&duplicates, BLOCK_IDS, BLOCK_IDS + 99, 0);
    duplicates_add(&duplicates, 9 * PART_IDS, 9 * PART_IDS, 0); // the feed does not have this part
    fingerprints_prove(duplicates.feed, duplicates.file, duplicates.ids);
    assert_int_equal(id_set_count_range(duplicates.ids, 1, 50), 50);
    assert_int_equal(id_set_count(duplicates.ids), 51);
    assert_int_equal(id_set_highest(duplicates.ids), 9 * PART_IDS);
    duplicates_free(&duplicates);
}

static void what_is_added_and_taken_out_again_leaves_no_trace(void **state)
{
    (void)state;
    Fingerprints *feed = fingerprints_new();
    Fingerprints *before = fingerprints_new(); // a copy of the feed's
    Fingerprints *file = fingerprints_new();

    add_rows(feed, 1, 100, 0);
    add_rows(feed, PART_IDS + 1000, PART_IDS + 1100, 0);
    fingerprints_add_all(before, feed);
    assert_same(before, feed);
    add_rows(file, 101, 200, 0);
    add_rows(file, 3 * BLOCK_IDS - 10, 3 * BLOCK_IDS + 10, 0);
    add_rows(file, 5 * PART_IDS, 5 * PART_IDS + 10, 0);
    fingerprints_add_all(feed, file);
    assert_int_equal(fingerprints_part_count(feed), 3);
    fingerprints_remove_all(feed, file);
    assert_same(before, feed);
    add_rows(feed, 3 * BLOCK_IDS, 3 * BLOCK_IDS + 9, 0); // and it goes on
    fingerprints_remove_all(feed, before);
    fingerprints_free(file);
    file = fingerprints_new();
    add_rows(file, 3 * BLOCK_IDS, 3 * BLOCK_IDS + 9, 0);
    assert_same(feed, file);
    add_rows(feed, 3 * BLOCK_IDS + 10, 3 * BLOCK_IDS + 10, 0); // in a block that has moved
    add_rows(file, 3 * BLOCK_IDS + 10, 3 * BLOCK_IDS + 10, 0);
    assert_same(feed, file);
    fingerprints_remove_all(feed, file);
    assert_int_equal(fingerprints_part_count(feed), 0);
    fingerprints_free(feed);
    fingerprints_free(before);
    fingerprints_free(file);
    fingerprints_free(NULL);
}

static void a_part_is_stored_as_its_header_says(void **state)
{
    (void)state;
    static const unsigned char expected[] = {
        0x02, 0x01, 0x00, 0x03, 0x03, 0x03, 0x03, 0x03, 0x03, 0x03, 0x03, // block 2: two rows
        0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, // block 255: full
    };
    Fingerprints *fingerprints = fingerprints_new();
    Fingerprints *again = NULL;
    Error error = {0};
    IdPart part = {0};
    char *bytes;

    for (int64_t i = 0; i < BLOCK_IDS; i++)
        add_row(fingerprints, 8 * PART_IDS - 1 - i, 1);
    add_row(fingerprints, 7 * PART_IDS + 2 * BLOCK_IDS, UINT64_C(0x0101010101010101));
    add_row(fingerprints, 7 * PART_IDS + 2 * BLOCK_IDS + 1, UINT64_C(0x0202020202020202));
    assert_int_equal(fingerprints_part_count(fingerprints), 1);
    fingerprints_encode_part(fingerprints, 0, &part.number, &bytes, &part.size_bytes);
    part.bytes = bytes;
    assert_int_equal(part.number, 7);
    assert_int_equal(part.size_bytes, sizeof expected);
    assert_memory_equal(bytes, expected, sizeof expected);
    assert_int_equal(fingerprints_decode(&part, 1, &again, &error), STATUS_OK);
    assert_same(fingerprints, again);
    fingerprints_free(again);
    fingerprints_free(fingerprints);
    free(bytes);
}

static void assert_refused(const IdPart parts[], size_t count, const char *message)
{
    Error error = {0};
    Fingerprints *fingerprints = NULL;

    assert_int_equal(fingerprints_decode(parts, count, &fingerprints, &error), STATUS_DATA);
    assert_string_equal(error.message, message);
    assert_null(fingerprints);
}

static void bytes_that_are_no_fingerprints_are_refused(void **state)
{
    (void)state;
    static const char good[22] = {4, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 5};
    static const char twice[22] = {4, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 4};
    static const char zero[11] = {0, '\xFF', '\xFF'};
    static const char many[257 * 11] = {0};
    IdPart parts[] = {
        {.number = 1, .bytes = good, .size_bytes = sizeof good},
        {.number = 2, .bytes = good, .size_bytes = 21},
    };

    assert_refused(parts, 2, "part 2: its 21 bytes are no whole number of fingerprints, 1 to 256");
    parts[1] = (IdPart){.number = 2, .bytes = good, .size_bytes = 0};
    assert_refused(parts, 2, "part 2: its 0 bytes are no whole number of fingerprints, 1 to 256");
    parts[1] = (IdPart){.number = 2, .bytes = many, .size_bytes = sizeof many};
    assert_refused(parts, 2,
                   "part 2: its 2827 bytes are no whole number of fingerprints, 1 to 256");
    parts[1] = (IdPart){.number = 2, .bytes = twice, .size_bytes = sizeof twice};
    assert_refused(parts, 2, "part 2: block 4 follows block 4");
    parts[1] = (IdPart){.number = 1, .bytes = good, .size_bytes = sizeof good};
    assert_refused(parts, 2, "part 1: it comes twice");
    parts[1] = (IdPart){.number = -1, .bytes = good, .size_bytes = sizeof good};
    assert_refused(parts, 2, "part -1: the number is not between 0 and 549755813887");
    parts[1] = (IdPart){.number = 0, .bytes = zero, .size_bytes = sizeof zero};
    assert_refused(parts, 2, "part 0: it has a row with ID 0, and the lowest is 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_added_at_once_as_one_by_one),
        cmocka_unit_test(the_same_rows_in_any_order_give_the_same_fingerprints),
        cmocka_unit_test(rows_that_cover_their_blocks_whole_are_proved),
        cmocka_unit_test(another_content_in_a_whole_block_is_not_proved),
        cmocka_unit_test(a_block_covered_in_part_is_not_proved),
        cmocka_unit_test(what_is_added_and_taken_out_again_leaves_no_trace),
        cmocka_unit_test(a_part_is_stored_as_its_header_says),
        cmocka_unit_test(bytes_that_are_no_fingerprints_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
