#include "tide/tide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

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
        cmocka_unit_test(a_stored_tide_that_contradicts_itself_is_refused),
        cmocka_unit_test(a_tide_of_many_far_reports_is_sifted_and_merged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
