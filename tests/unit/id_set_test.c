#include "tide/id_set.h"

#include "base/memory.h"
#include "support/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PART_IDS (INT64_C(1) << ID_PART_BITS)
#define ID_MAX INT64_MAX

// A set, and beside it what it should be: a flag for each ID of a window. Nothing lies outside.
typedef struct Model {
    int64_t base; // the window's first ID
    int64_t size;
    IdSet *set;
    bool *has;
} Model;

static Model model_new(int64_t base, int64_t size)
{
    return (Model){
        .base = base,
        .size = size,
        .set = id_set_new(),
        .has = MEMORY_NEW(bool, (size_t)size),
    };
}

static void model_free(Model *model)
{
    id_set_free(model->set);
    free(model->has);
}

static int64_t model_count(const Model *model, int64_t first, int64_t last)
{
    int64_t count = 0;

    for (int64_t i = first - model->base; i <= last - model->base; i++)
        count += model->has[i];
    return count;
}

// A range of the window: mostly short, sometimes long, sometimes to the border of 2^16 IDs.
static void random_range(Random *random, const Model *model, int64_t *out_first, int64_t *out_last)
{
    int64_t first = (int64_t)random_below(random, (uint64_t)model->size);
    int64_t length =
        (int64_t)random_below(random, random_once_in(random, 4) ? (uint64_t)model->size : 300);
    int64_t last = first + length < model->size ? first + length : model->size - 1;

    *out_first = model->base + first;
    *out_last = model->base + last;
    if (random_once_in(random, 4) && (*out_last | 0xFFFF) <= model->base + (model->size - 1))
        *out_last |= 0xFFFF;
    if (random_once_in(random, 4) && (*out_first & ~INT64_C(0xFFFF)) >= model->base)
        *out_first &= ~INT64_C(0xFFFF);
}

static void fill(Model *model, int64_t first, int64_t last, bool value)
{
    memset(&model->has[first - model->base], value, (size_t)(last - first + 1));
}

// One random change of the set and its model.
static void change(Random *random, Model *model, const Model *other)
{
    int64_t first;
    int64_t last;

    random_range(random, model, &first, &last);
    switch (random_below(random, 16)) {
    case 0:
        id_set_add_all(model->set, other->set);
        for (int64_t i = 0; i < model->size; i++)
            model->has[i] |= other->has[i];
        break;
    case 1:
        id_set_remove_all(model->set, other->set);
        for (int64_t i = 0; i < model->size; i++)
            model->has[i] &= !other->has[i];
        break;
    case 2:
    case 3:
    case 4:
        id_set_remove_range(model->set, first, last);
        fill(model, first, last, false);
        break;
    case 5:
    case 6:
    case 7:
    case 8:
        id_set_add_range(model->set, first, last);
        fill(model, first, last, true);
        break;
    default: // some IDs, one by one
        for (int64_t i = 0; i <= last - first && i < 200; i += 1 + (first & 1)) {
            bool *has = &model->has[first + i - model->base];

            assert_int_equal(id_set_add(model->set, first + i), !*has);
            *has = true;
        }
    }
}

static void assert_runs_are_those_of_the_model(const Model *model, const IdSet *set)
{
    int64_t from = 1;
    int64_t first;
    int64_t last;

    for (int64_t i = 0; i < model->size; i++) {
        int64_t begin = i;

        if (!model->has[i])
            continue;
        while (i + 1 < model->size && model->has[i + 1])
            i++;
        assert_true(id_set_next_run(set, from, &first, &last));
        assert_int_equal(first, model->base + begin);
        assert_int_equal(last, model->base + i);
        if (last == ID_MAX)
            return;
        from = last + 1;
    }
    assert_false(id_set_next_run(set, from, &first, &last));
}

static void assert_answers_are_those_of_the_model(Random *random, const Model *model)
{
    int64_t first;
    int64_t last;

    assert_int_equal(id_set_count(model->set),
                     model_count(model, model->base, model->base + (model->size - 1)));
    for (int i = 0; i < 20; i++) {
        random_range(random, model, &first, &last);
        assert_int_equal(id_set_count_range(model->set, first, last),
                         model_count(model, first, last));
        assert_int_equal(id_set_contains_range(model->set, first, last),
                         model_count(model, first, last) == last - first + 1);
        assert_int_equal(id_set_meets_range(model->set, first, last),
                         model_count(model, first, last) > 0);
        assert_int_equal(id_set_contains(model->set, first), model->has[first - model->base]);

        int64_t run_first;
        int64_t run_last;

        if (model->has[first - model->base]) { // a run is cut to begin where it is asked from
            assert_true(id_set_next_run(model->set, first, &run_first, &run_last));
            assert_int_equal(run_first, first);
        }
    }
    assert_runs_are_those_of_the_model(model, model->set);
}

static void assert_both_are_those_of_the_models(const Model *left, const Model *right)
{
    IdSet *both = id_set_intersection(left->set, right->set);
    Model expected = model_new(left->base, left->size);
    int64_t count = 0;

    for (int64_t i = 0; i < left->size; i++)
        count += expected.has[i] = left->has[i] && right->has[i];
    assert_runs_are_those_of_the_model(&expected, both);
    assert_int_equal(id_set_count(both), count);
    assert_int_equal(id_set_intersects(left->set, right->set), count > 0);
    id_set_free(both);
    model_free(&expected);
}

// What is stored, as a caller holds it.
typedef struct Stored {
    size_t count;
    IdPart *parts;
} Stored;

static Stored store(const IdSet *set)
{
    Stored stored = {.count = id_set_part_count(set)};

    stored.parts = MEMORY_NEW(IdPart, stored.count);
    for (size_t i = 0; i < stored.count; i++) {
        char *bytes;

        id_set_encode_part(set, i, &stored.parts[i].number, &bytes, &stored.parts[i].size_bytes);
        stored.parts[i].bytes = bytes;
        assert_int_equal(id_set_part_number(set, i), stored.parts[i].number);
    }
    return stored;
}

static void stored_free(Stored *stored)
{
    for (size_t i = 0; i < stored->count; i++)
        free((char *)stored->parts[i].bytes);
    free(stored->parts);
}

static void assert_decodes_to_the_model(const Model *model)
{
    Error error = {0};
    IdSet *decoded = NULL;
    Stored stored = store(model->set);

    for (size_t i = 1; i < stored.count; i++)
        assert_true(stored.parts[i - 1].number < stored.parts[i].number);
    assert_int_equal(id_set_decode(stored.parts, stored.count, &decoded, &error), STATUS_OK);
    assert_runs_are_those_of_the_model(model, decoded);
    id_set_free(decoded);
    stored_free(&stored);
}

static void run_model(uint64_t seed, int64_t base, int64_t size, int steps)
{
    Random random = {seed};
    Model models[2] = {model_new(base, size), model_new(base, size)};

    for (int i = 0; i < steps; i++) {
        Model *model = &models[random_below(&random, 2)];

        change(&random, model, model == &models[0] ? &models[1] : &models[0]);
        if (i % 20 != 0)
            continue;
        assert_answers_are_those_of_the_model(&random, model);
        assert_both_are_those_of_the_models(&models[0], &models[1]);
        assert_decodes_to_the_model(model);
        if (random_once_in(&random, 10)) {
            IdSet *copy = id_set_copy(model->set);

            id_set_free(model->set);
            model->set = copy;
        }
    }
    model_free(&models[0]);
    model_free(&models[1]);
}

static void it_behaves_as_flags_do_in_a_small_space(void **state)
{
    (void)state;
    run_model(1, 1, 300, 5000);
    run_model(2, 7 * PART_IDS - 150, 300, 5000);
    run_model(3, ID_MAX - 299, 300, 5000);
}

static void it_behaves_as_flags_do_where_parts_and_containers_meet(void **state)
{
    (void)state;
    run_model(4, 3 * PART_IDS - 100000, 200000, 600);
    run_model(5, (INT64_C(1) << 40) - 70000, 140000, 600);
}

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

    Stored stored = store(set);

    assert_int_equal(stored.count, 1);
    assert_true(stored.parts[0].size_bytes < 4096);
    stored_free(&stored);
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
    Stored stored = store(set);
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
            Stored again = store(other);

            accepted++;
            assert_int_equal(again.count, 1);
            assert_true(id_set_count(other) > 0);
            assert_true(id_set_highest(other) < 2 * PART_IDS);
            stored_free(&again);
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
    stored_free(&stored);
    id_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_behaves_as_flags_do_in_a_small_space),
        cmocka_unit_test(it_behaves_as_flags_do_where_parts_and_containers_meet),
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
