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

static void assert_decodes_to_the_model(const Model *model)
{
    Error error = {0};
    IdSet *decoded = NULL;
    StoredIds stored = stored_ids_of(model->set);

    for (size_t i = 1; i < stored.count; i++)
        assert_true(stored.parts[i - 1].number < stored.parts[i].number);
    assert_int_equal(id_set_decode(stored.parts, stored.count, &decoded, &error), STATUS_OK);
    assert_runs_are_those_of_the_model(model, decoded);
    id_set_free(decoded);
    stored_ids_free(&stored);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_behaves_as_flags_do_in_a_small_space),
        cmocka_unit_test(it_behaves_as_flags_do_where_parts_and_containers_meet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
