#include "tide/tide.h"

#include "base/memory.h"
#include "support/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PART_IDS (INT64_C(1) << ID_PART_BITS)

static IdSet *set_of_range(int64_t first, int64_t last)
{
    IdSet *set = id_set_new();

    id_set_add_range(set, first, last);
    return set;
}

static void merge_range(Tide *tide, int64_t first, int64_t last)
{
    IdSet *ids = set_of_range(first, last);

    tide_merge(tide, ids);
    id_set_free(ids);
}

static void revoke_range(Tide *tide, int64_t first, int64_t last)
{
    IdSet *ids = set_of_range(first, last);

    tide_revoke(tide, ids);
    id_set_free(ids);
}

static void an_empty_tide_misses_nothing(void **state)
{
    (void)state;
    Tide *tide = tide_new(100);
    int64_t first = -1;
    int64_t last = -1;

    assert_int_equal(tide_first_id(tide), 100);
    assert_int_equal(tide_watermark(tide), 99);
    assert_int_equal(tide_highest(tide), 99);
    assert_int_equal(tide_count(tide), 0);
    assert_int_equal(tide_missing(tide), 0);
    assert_false(tide_has(tide, 99));
    assert_false(tide_has(tide, 100));
    assert_false(tide_next_gap(tide, 1, &first, &last));
    assert_int_equal(first, -1);
    tide_free(tide);
    tide_free(NULL);
}

static void the_watermark_stands_below_the_first_gap(void **state)
{
    (void)state;
    Tide *tide = tide_new(1);
    int64_t first = 0;
    int64_t last = 0;

    merge_range(tide, 11, 20);
    assert_int_equal(tide_watermark(tide), 0);
    assert_int_equal(tide_highest(tide), 20);
    assert_int_equal(tide_missing(tide), 10);
    merge_range(tide, 1, 5);
    assert_int_equal(tide_watermark(tide), 5);
    assert_int_equal(tide_count(tide), 15);
    assert_true(tide_next_gap(tide, 1, &first, &last));
    assert_int_equal(first, 6);
    assert_int_equal(last, 10);
    assert_true(tide_next_gap(tide, 8, &first, &last)); // cut to begin where it is asked from
    assert_int_equal(first, 8);
    assert_false(tide_next_gap(tide, 11, &first, &last));
    merge_range(tide, 6, 10);
    assert_int_equal(tide_watermark(tide), 20);
    assert_int_equal(tide_missing(tide), 0);
    assert_int_equal(id_set_count(tide_counted_above(tide)), 0); // nothing is kept below it
    tide_free(tide);
}

static void a_waived_gap_lets_the_watermark_pass_and_a_late_id_of_it_still_counts(void **state)
{
    (void)state;
    Tide *tide = tide_new(1);
    IdSet *file = id_set_new();
    int64_t ids[] = {5, 6, 7};
    bool is_new[COUNT_OF(ids)];

    merge_range(tide, 1, 5);
    merge_range(tide, 11, 20);
    assert_int_equal(tide_waive(tide, 4, 12), 5); // what is counted is not waived
    assert_int_equal(tide_waive(tide, 4, 12), 0);
    assert_int_equal(tide_watermark(tide), 20);
    assert_int_equal(tide_count(tide), 15);
    assert_int_equal(tide_missing(tide), 0);

    tide_sift(tide, ids, COUNT_OF(ids), file, is_new);
    assert_false(is_new[0]);
    assert_true(is_new[1]);
    assert_true(is_new[2]);
    assert_false(tide_meets(tide, file));
    tide_merge(tide, file);
    assert_true(tide_meets(tide, file));
    assert_true(tide_has(tide, 6));
    assert_false(tide_has(tide, 8));
    assert_int_equal(tide_count(tide), 17);
    assert_int_equal(id_set_count(tide_waived(tide)), 3);
    assert_int_equal(tide_watermark(tide), 20);
    id_set_free(file);
    tide_free(tide);
}

static void the_highest_is_counted_also_where_the_watermark_is_waived(void **state)
{
    (void)state;
    Tide *tide = tide_new(1);

    merge_range(tide, 1, 1000);
    assert_int_equal(tide_waive(tide, 1001, PART_IDS + 77), PART_IDS - 1000 + 77);
    assert_int_equal(tide_watermark(tide), PART_IDS + 77);
    assert_int_equal(tide_highest(tide), 1000);
    assert_int_equal(tide_missing(tide), 0);
    revoke_range(tide, 1, 1000);
    assert_int_equal(tide_highest(tide), 0);
    assert_int_equal(tide_watermark(tide), 0);
    assert_int_equal(tide_count(tide), 0);
    tide_free(tide);
}

static void a_revoke_lowers_the_watermark_and_keeps_the_rest(void **state)
{
    (void)state;
    Tide *tide = tide_new(1);
    int64_t first = 0;
    int64_t last = 0;

    merge_range(tide, 1, 100);
    merge_range(tide, 106, 200);
    assert_int_equal(tide_waive(tide, 101, 105), 5);
    revoke_range(tide, 51, 60);
    assert_int_equal(tide_watermark(tide), 50);
    assert_int_equal(tide_highest(tide), 200);
    assert_int_equal(tide_count(tide), 185);
    assert_int_equal(tide_missing(tide), 10);
    assert_false(tide_has(tide, 51));
    assert_true(tide_has(tide, 61));
    assert_false(tide_has(tide, 101)); // waived, not counted
    assert_true(tide_next_gap(tide, 1, &first, &last));
    assert_int_equal(first, 51);
    assert_int_equal(last, 60);
    assert_false(tide_next_gap(tide, 61, &first, &last));
    merge_range(tide, 51, 60);
    assert_int_equal(tide_watermark(tide), 200);
    tide_free(tide);
}

static void an_id_counts_once_within_a_file_too(void **state)
{
    (void)state;
    Tide *tide = tide_new(1);
    IdSet *file = id_set_new();
    int64_t ids[] = {3,  2,  3,  10, 11, 12, 13, 14, 15, 16, 17, 18,
                     18, 17, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20};
    bool is_new[COUNT_OF(ids)];
    int news = 0;

    tide_sift(tide, ids, COUNT_OF(ids), file, is_new);
    for (size_t i = 0; i < COUNT_OF(ids); i++)
        news += is_new[i];
    assert_int_equal(news, 13);
    assert_int_equal(id_set_count(file), 13);
    assert_true(is_new[0]);
    assert_false(is_new[2]);
    assert_true(is_new[22]);
    id_set_free(file);
    tide_free(tide);
}

static void the_last_of_all_ids_can_be_counted(void **state)
{
    (void)state;
    Tide *tide = tide_new(INT64_MAX - 2);
    IdSet *file = id_set_new();
    int64_t ids[] = {INT64_MAX - 1, INT64_MAX};
    bool is_new[COUNT_OF(ids)];
    int64_t first;
    int64_t last;

    tide_sift(tide, ids, COUNT_OF(ids), file, is_new);
    assert_true(is_new[0] && is_new[1]);
    tide_merge(tide, file);
    assert_int_equal(tide_missing(tide), 1);
    assert_int_equal(tide_waive(tide, INT64_MAX - 2, INT64_MAX), 1);
    assert_int_equal(tide_watermark(tide), INT64_MAX);
    assert_int_equal(tide_highest(tide), INT64_MAX);
    assert_int_equal(tide_waive(tide, INT64_MAX - 2, INT64_MAX), 0);
    assert_false(tide_next_gap(tide, INT64_MAX, &first, &last));
    tide_revoke(tide, file);
    assert_int_equal(tide_watermark(tide), INT64_MAX - 2);
    id_set_free(file);
    tide_free(tide);
}

// A tide, and beside it what it should be: a state for each of a small space of IDs.
enum { MISSING, COUNTED, WAIVED };

typedef struct Model {
    int64_t base; // the first ID
    size_t size;
    Tide *tide;
    char *states;
} Model;

static bool is_filled(const Model *model, size_t i)
{
    return model->states[i] != MISSING;
}

static void assert_is_the_model(const Model *model)
{
    size_t watermark = 0; // how many lie up to it
    size_t end = 0;       // how many lie up to the highest
    int64_t counted = 0;
    int64_t missing = 0;
    int64_t from = model->base;
    int64_t first;
    int64_t last;

    while (watermark < model->size && is_filled(model, watermark))
        watermark++;
    for (size_t i = 0; i < model->size; i++) {
        assert_int_equal(tide_has(model->tide, model->base + (int64_t)i),
                         model->states[i] == COUNTED);
        assert_int_equal(id_set_contains(tide_waived(model->tide), model->base + (int64_t)i),
                         model->states[i] == WAIVED);
        counted += model->states[i] == COUNTED;
        if (model->states[i] == COUNTED)
            end = i + 1;
    }
    for (size_t i = 0; i < end; i++) {
        size_t begin = i;

        missing += model->states[i] == MISSING;
        if (is_filled(model, i))
            continue;
        for (; !is_filled(model, i + 1); i++)
            missing++;
        assert_true(tide_next_gap(model->tide, from, &first, &last));
        assert_int_equal(first, model->base + (int64_t)begin);
        assert_int_equal(last, model->base + (int64_t)i);
        from = last + 1;
    }
    assert_false(tide_next_gap(model->tide, from, &first, &last));
    assert_int_equal(tide_watermark(model->tide), model->base - 1 + (int64_t)watermark);
    assert_int_equal(tide_highest(model->tide), model->base - 1 + (int64_t)end);
    assert_int_equal(tide_count(model->tide), counted);
    assert_int_equal(tide_missing(model->tide), missing);
    if (id_set_count(tide_counted_above(model->tide)) > 0)
        assert_true(id_set_lowest(tide_counted_above(model->tide)) > tide_watermark(model->tide));
}

// A file of some runs and single rows of the space, in any order and with repetitions.
static size_t random_file(Random *random, const Model *model, int64_t ids[], size_t size_max)
{
    size_t count = 0;

    while (count < size_max && !random_once_in(random, 8)) {
        size_t first = (size_t)random_below(random, model->size);
        size_t length = random_once_in(random, 3) ? 1 : (size_t)random_below(random, 40);

        for (size_t i = 0; i < length && first + i < model->size && count < size_max; i++)
            ids[count++] = model->base + (int64_t)(first + i);
    }
    return count;
}

static void sift_and_merge(Random *random, Model *model)
{
    int64_t ids[300];
    bool is_new[COUNT_OF(ids)];
    bool is_counted[COUNT_OF(ids)];
    bool meets = false;
    bool has_all = true;
    size_t count = random_file(random, model, ids, COUNT_OF(ids));
    size_t cut = count == 0 ? 0 : (size_t)random_below(random, count); // two blocks of one file
    IdSet *file = id_set_new();
    IdSet *all = id_set_new();
    IdSet *duplicates = id_set_new();

    tide_sift(model->tide, ids, cut, file, is_new);
    tide_find_counted(model->tide, ids, cut, is_new, duplicates, is_counted);
    tide_sift(model->tide, ids + cut, count - cut, file, is_new + cut);
    tide_find_counted(model->tide, ids + cut, count - cut, is_new + cut, duplicates,
                      is_counted + cut);
    for (size_t i = 0; i < count; i++) {
        char *state = &model->states[ids[i] - model->base];

        bool is_first = id_set_add(all, ids[i]);

        assert_int_equal(is_first && *state != COUNTED, is_new[i]);
        assert_int_equal(is_first && *state == COUNTED, is_counted[i]);
        meets |= *state == COUNTED;
        has_all &= *state == COUNTED;
    }
    assert_int_equal(tide_meets(model->tide, all), meets);
    assert_int_equal(tide_has_all(model->tide, all), has_all);
    tide_merge(model->tide, file);
    assert_true(tide_has_all(model->tide, all));
    for (size_t i = 0; i < count; i++)
        model->states[ids[i] - model->base] = COUNTED;
    id_set_free(file);
    id_set_free(all);
    id_set_free(duplicates);
}

static void revoke_some(Random *random, Model *model)
{
    int64_t ids[300];
    size_t count = random_file(random, model, ids, COUNT_OF(ids));
    IdSet *file = id_set_new();

    for (size_t i = 0; i < count; i++) {
        char *state = &model->states[ids[i] - model->base];

        if (*state == COUNTED) {
            id_set_add(file, ids[i]);
            *state = MISSING;
        }
    }
    tide_revoke(model->tide, file);
    id_set_free(file);
}

static void waive_some(Random *random, Model *model)
{
    size_t first = (size_t)random_below(random, model->size);
    size_t last = first + (size_t)random_below(random, model->size - first);
    int64_t waived = 0;

    if (last > first + 50)
        last = first + 50;
    for (size_t i = first; i <= last; i++) {
        waived += model->states[i] == MISSING;
        if (model->states[i] == MISSING)
            model->states[i] = WAIVED;
    }
    assert_int_equal(
        tide_waive(model->tide, model->base + (int64_t)first, model->base + (int64_t)last), waived);
}

static IdSet *stored_and_read_again(const IdSet *set)
{
    size_t count = id_set_part_count(set);
    IdPart *parts = MEMORY_NEW(IdPart, count);
    IdSet *again = NULL;
    Error error = {0};

    for (size_t i = 0; i < count; i++) {
        char *bytes;

        id_set_encode_part(set, i, &parts[i].number, &bytes, &parts[i].size_bytes);
        parts[i].bytes = bytes;
    }
    assert_int_equal(id_set_decode(parts, count, &again, &error), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        free((char *)parts[i].bytes);
    free(parts);
    return again;
}

static void store_and_restore(Model *model)
{
    Tide *again = NULL;
    Error error = {0};

    assert_int_equal(tide_restore(tide_first_id(model->tide), tide_watermark(model->tide),
                                  stored_and_read_again(tide_counted_above(model->tide)),
                                  stored_and_read_again(tide_waived(model->tide)), &again, &error),
                     STATUS_OK);
    tide_free(model->tide);
    model->tide = again;
}

static void run_model(uint64_t seed, int64_t base, size_t size, int steps)
{
    Random random = {seed};
    Model model = {.base = base, .size = size, .tide = tide_new(base)};

    model.states = MEMORY_NEW(char, size + 1);
    model.states[size] = COUNTED; // a sentinel behind the space
    for (int i = 0; i < steps; i++) {
        switch (random_below(&random, 8)) {
        case 0:
        case 1:
        case 2:
            revoke_some(&random, &model);
            break;
        case 3:
            waive_some(&random, &model);
            break;
        case 4:
            store_and_restore(&model);
            break;
        default:
            sift_and_merge(&random, &model);
        }
        assert_is_the_model(&model);
        if (i % 500 == 499) { // waived IDs would fill the space in the end
            tide_free(model.tide);
            model.tide = tide_new(base);
            memset(model.states, MISSING, size);
        }
    }
    tide_free(model.tide);
    free(model.states);
}

static void it_behaves_as_a_state_for_each_id_does(void **state)
{
    (void)state;
    run_model(1, 1, 400, 4000);
    run_model(2, 5 * PART_IDS - 200, 400, 4000);
    run_model(3, (INT64_C(3) << 32) - 100, 400, 4000);
    run_model(4, INT64_MAX - 399, 400, 4000);
    run_model(5, 1, 30, 4000);
}

static void assert_not_restored(int64_t watermark, IdSet *above, IdSet *waived, const char *message)
{
    Error error = {0};
    Tide *tide = NULL;

    assert_int_equal(tide_restore(10, watermark, above, waived, &tide, &error), STATUS_DATA);
    assert_string_equal(error.message, message);
    assert_null(tide);
}

static void a_stored_tide_that_contradicts_itself_is_refused(void **state)
{
    (void)state;
    assert_not_restored(8, id_set_new(), id_set_new(),
                        "the watermark 8 lies below the first ID 10");
    assert_not_restored(20, set_of_range(20, 20), id_set_new(),
                        "ID 20 is kept as counted, but the watermark is 20");
    assert_not_restored(20, id_set_new(), set_of_range(9, 10),
                        "ID 9 is waived, but the first ID is 10");
    assert_not_restored(20, set_of_range(30, 40), set_of_range(40, 41),
                        "some IDs are both counted and waived");
    assert_not_restored(20, set_of_range(23, 40), set_of_range(21, 22),
                        "the watermark is 20, but no ID is missing up to 40");
}

static void a_tide_of_many_far_reports_is_sifted_and_merged(void **state)
{
    (void)state;
    enum { REPORTS = 3000, LINES = 500, ROWS = REPORTS * LINES };
    Tide *tide = tide_new(1);
    int64_t ids[LINES];
    bool is_new[LINES];

    for (int64_t report = 1; report <= REPORTS; report++) {
        IdSet *file = id_set_new();

        for (int64_t line = 1; line <= LINES; line++)
            ids[line - 1] = (report << 32) + line;
        tide_sift(tide, ids, LINES, file, is_new);
        assert_true(is_new[0] && is_new[LINES - 1]);
        tide_merge(tide, file);
        tide_sift(tide, ids, LINES, file, is_new);
        assert_false(is_new[0] || is_new[LINES - 1]);
        id_set_free(file);
    }
    assert_int_equal(tide_count(tide), ROWS);
    assert_int_equal(tide_watermark(tide), 0);
    assert_int_equal(tide_missing(tide), ((int64_t)REPORTS << 32) + LINES - ROWS);
    tide_free(tide);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_tide_misses_nothing),
        cmocka_unit_test(the_watermark_stands_below_the_first_gap),
        cmocka_unit_test(a_waived_gap_lets_the_watermark_pass_and_a_late_id_of_it_still_counts),
        cmocka_unit_test(the_highest_is_counted_also_where_the_watermark_is_waived),
        cmocka_unit_test(a_revoke_lowers_the_watermark_and_keeps_the_rest),
        cmocka_unit_test(an_id_counts_once_within_a_file_too),
        cmocka_unit_test(the_last_of_all_ids_can_be_counted),
        cmocka_unit_test(it_behaves_as_a_state_for_each_id_does),
        cmocka_unit_test(a_stored_tide_that_contradicts_itself_is_refused),
        cmocka_unit_test(a_tide_of_many_far_reports_is_sifted_and_merged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
