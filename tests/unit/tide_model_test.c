#include "tide/tide.h"

#include "base/memory.h"
#include "support/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PART_IDS (INT64_C(1) << ID_PART_BITS)

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_behaves_as_a_state_for_each_id_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
