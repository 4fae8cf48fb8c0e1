#include "aggregate/flow.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FROM_BUCKET = 7 };

static const FlowRun to_release = {
    .reason = SUSPENDED_NOT, .bucket = 3, .release = 4006381333931, .recording = 5, .played = 5};

static Decimal decimal_of(const char *text)
{
    Decimal decimal = {{0}};

    assert_int_equal(decimal_parse(slice_of(text), '.', &decimal), DECIMAL_PARSED);
    return decimal;
}

/** Adds one run of two cells, of so many streams each. */
static void add_run(Flow *flow, const FlowRun *like, int32_t first_market, int64_t streams,
                    const char *amount)
{
    Error error = {0};
    FlowRun run = *like;
    Decimal decimal = decimal_of(amount);

    run.first = flow->cell_count;
    run.count = 2;
    flow_add_cell(flow, first_market, streams, streams - 1, &decimal);
    flow_add_cell(flow, first_market + 1, streams, streams - 1, &decimal);
    assert_int_equal(flow_add_run(flow, &run, FROM_BUCKET, &error), STATUS_OK);
}

static void assert_amount(const Flow *flow, const FlowCell *cell, const char *expected)
{
    char text[DECIMAL_TEXT_BYTES];

    assert_string_equal(decimal_print(flow_amount(flow, cell), text), expected);
}

static void runs_of_one_name_are_added_up_by_market(void **state)
{
    (void)state;
    Flow *flow = MEMORY_NEW(Flow, 1);
    FlowGroup group = {0};

    add_run(flow, &to_release, 8, 10, "0.5");
    add_run(flow, &to_release, 7, 100, "0.25");
    flow_settle(flow);
    assert_true(flow_next(flow, &group));
    assert_int_equal(group.count, 3);
    assert_int_equal(group.cells[0].market, 7);
    assert_int_equal(group.cells[0].streams, 100);
    assert_int_equal(group.cells[1].streams, 110);
    assert_int_equal(group.cells[1].monetised, 108);
    assert_amount(flow, &group.cells[1], "0.75");
    assert_amount(flow, &group.cells[2], "0.5");
    assert_false(flow_next(flow, &group));
    flow_free(flow);
    free(flow);
}

static void what_counts_to_releases_comes_before_what_waits(void **state)
{
    (void)state;
    Flow *flow = MEMORY_NEW(Flow, 1);
    FlowRun waiting = {.reason = SUSPENDED_NO_RELEASE, .bucket = 1, .played = 5};
    FlowGroup group = {0};

    add_run(flow, &waiting, 1, 4, "1");
    add_run(flow, &to_release, 1, -6, "-1");
    flow_settle(flow);
    assert_true(flow_next(flow, &group));
    assert_int_equal(group.run->reason, SUSPENDED_NOT);
    assert_true(flow_next(flow, &group));
    assert_int_equal(group.run->reason, SUSPENDED_NO_RELEASE);
    assert_int_equal(flow->totals[FROM_BUCKET].matched.streams, -12);
    assert_int_equal(flow->totals[FROM_BUCKET].suspended.streams, 8);
    assert_int_equal(flow->totals[FROM_BUCKET].suspended.monetised, 6);
    flow_free(flow);
    free(flow);
}

static void each_span_has_one_number(void **state)
{
    (void)state;
    Flow *flow = MEMORY_NEW(Flow, 1);

    assert_int_equal(flow_span(flow, 2, 10, 10, slice_of("EUR")), 0);
    assert_int_equal(flow_span(flow, 1, 10, 10, slice_of("EUR")), 1);
    assert_int_equal(flow_span(flow, 2, 10, 10, slice_of("EU")), 2);
    assert_int_equal(flow_span(flow, 2, 10, 11, slice_of("EUR")), 3);
    assert_int_equal(flow_span(flow, 2, 9, 10, slice_of("EUR")), 4);
    assert_int_equal(flow_span(flow, 2, 10, 10, slice_of("EUR")), 0);
    assert_int_equal(flow_span(flow, 1, 10, 10, slice_of("EUR")), 1);
    assert_int_equal(flow_span(flow, 2, 10, 10, slice_of("EU")), 2);
    assert_string_equal(flow->spans[2].currency, "EU");
    flow_free(flow);
    free(flow);
}

// Signs aside: then no sum of some of them is more either.
static void more_streams_than_fit_are_refused(void **state)
{
    (void)state;
    Flow *flow = MEMORY_NEW(Flow, 1);
    Error error = {0};
    FlowRun run = to_release;

    run.count = 2;
    flow_add_cell(flow, 1, INT64_MAX, 0, NULL);
    flow_add_cell(flow, 1, -1, 0, NULL);
    assert_int_equal(flow_add_run(flow, &run, FROM_BUCKET, &error), STATUS_DATA);
    assert_string_equal(error.message, "cells have more than 2^63 streams");
    flow_free(flow);
    free(flow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_of_one_name_are_added_up_by_market),
        cmocka_unit_test(what_counts_to_releases_comes_before_what_waits),
        cmocka_unit_test(each_span_has_one_number),
        cmocka_unit_test(more_streams_than_fit_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
