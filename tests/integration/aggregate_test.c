#include "aggregate/aggregate.h"

#include "aggregate/suspense.h"
#include "support/scratch.h"
#include "support/store_fixture.h"
#include "support/usage_seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void what_is_counted_is_matched_or_suspended_in_streams_and_money(void **state)
{
    StoreFixture *fixture = *state;

    seed_catalogue();
    scratch_run("SELECT seed.batch('money', '2026-10-01', '2026-10-31', 'EUR',"
                "  '- DEA120000001 DE free 10 7 0.00000000000000000000000000000000000001',"
                "  '- USRC17607839 DE free 3 3 12345678901234567890.5')");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_value("SELECT sum(counted_streams) || ' ' || sum(counted_monetised) || ' ' ||"
                 "       sum(counted_amount) || ' = ' || sum(matched_streams) || ' ' ||"
                 "       sum(matched_monetised) || ' ' || sum(matched_amount) || ' + ' ||"
                 "       sum(suspended_streams) || ' ' || sum(suspended_monetised) || ' ' ||"
                 "       trim_scale(sum(suspended_amount)) FROM tidemark.accrual_bucket",
                 "13 10 12345678901234567890.50000000000000000000000000000000000001 = "
                 "10 7 0.00000000000000000000000000000000000001 + 3 3 12345678901234567890.5");
    assert_nothing_is_lost();
}

static void a_run_with_nothing_new_opens_no_accrual(void **state)
{
    StoreFixture *fixture = *state;

    assert_int_equal(seed_aggregate(fixture, &all_buckets).last_accrual, 0);
    seed_catalogue();
    assert_int_equal(seed_aggregate(fixture, &all_buckets).last_accrual,
                     0); // no streams ever: nothing to learn of
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "                  '- DEA120000001 DE free 1 1')");
    assert_int_equal(seed_aggregate(fixture, &all_buckets).last_accrual, 1);
    assert_int_equal(seed_aggregate(fixture, &all_buckets).last_accrual, 0);
    assert_value("SELECT count(*) FROM tidemark.release_usage", "1");
}

static void a_batch_that_is_visible_in_part_is_not_accrued(void **state)
{
    StoreFixture *fixture = *state;
    AggregateSummary summary = {0};

    seed_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "  '- DEA120000001 DE free 3 3', '- DEA120000002 DE free 2 2');"
                "CREATE TABLE seed.hidden AS SELECT * FROM tidemark.usage LIMIT 1;"
                "DELETE FROM tidemark.usage USING seed.hidden WHERE usage.bucket = hidden.bucket");
    assert_int_equal(aggregate(fixture->store, &all_buckets, &summary, &fixture->error),
                     STATUS_BUSY);
    assert_non_null(
        strstr(fixture->error.message, "accrual 1: feed \"wavecast\", batch 1, bucket"));
    assert_non_null(
        strstr(fixture->error.message, ": 0 cells were read, which are not the 1 that"));
    assert_value("SELECT (SELECT count(*) FROM tidemark.release_usage)"
                 "     + (SELECT count(*) FROM tidemark.suspense)"
                 "     + (SELECT count(*) FROM tidemark.accrual_bucket"
                 "         WHERE bucket IN (SELECT bucket FROM seed.hidden))",
                 "0");
    scratch_run("INSERT INTO tidemark.usage SELECT * FROM seed.hidden");
    assert_int_equal(seed_aggregate(fixture, &all_buckets).last_accrual, 1);
    assert_nothing_is_lost();
}

// A chunk that is opened, as nobody knows its recording, and whose columns are no chunk's.
static void a_chunk_that_is_none_is_named_and_not_accrued(void **state)
{
    static const char *const changes[][2] = {
        {"UPDATE tidemark.usage SET pairs = tidemark.pack(ARRAY[1]::bigint[])",
         "usage of 2026-10-01 to 2026-10-31: a cell is of pair 1 of 1"},
        {"UPDATE tidemark.usage SET markets = tidemark.pack(ARRAY[4294967296]::bigint[])",
         "usage of 2026-10-01 to 2026-10-31: a cell is of market 4294967296"},
        {"UPDATE tidemark.usage SET amounts = ARRAY[1e58::numeric]",
         "usage of 2026-10-01 to 2026-10-31: "
         "10000000000000000000000000000000000000000000000000000000000 was reported, which no "
         "reports can add up to"},
    };
    StoreFixture *fixture = *state;
    AggregateSummary summary = {0};

    seed_catalogue();
    scratch_run("SELECT seed.batch('money', '2026-10-01', '2026-10-31', 'EUR',"
                "                  '- USRC17607839 DE free 3 3 1.5');"
                "CREATE TABLE seed.stored AS SELECT * FROM tidemark.usage");
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        scratch_run(changes[i][0]);
        assert_int_equal(aggregate(fixture->store, &all_buckets, &summary, &fixture->error),
                         STATUS_DATA);
        if (strstr(fixture->error.message, changes[i][1]) == NULL)
            fail_msg("found: %s", fixture->error.message);
        assert_value("SELECT count(*) FROM tidemark.suspense", "0");
        scratch_run("DELETE FROM tidemark.usage; INSERT INTO tidemark.usage TABLE seed.stored");
    }
    assert_int_equal(seed_aggregate(fixture, &all_buckets).last_accrual, 1);
    assert_nothing_is_lost();
}

// By what stands beside its cells where it is carried as it is, by the cells where they go elsewhere.
static void a_chunk_whose_counts_differ_is_not_accrued(void **state)
{
    static const char *const changes[][2] = {
        {"4006381333931 DEA120000001 DE free 3 3", "UPDATE tidemark.usage SET total_monetised = 2"},
        {"- DEA120000001 DE free 3 3",
         "UPDATE tidemark.usage SET monetised = tidemark.pack(ARRAY[2])"},
    };
    StoreFixture *fixture = *state;

    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        char *batch = text_format("SELECT seed.clear();"
                                  "SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                                  "                  '%s');",
                                  changes[i][0]);
        AggregateSummary summary = {0};

        scratch_run(batch);
        seed_catalogue();
        scratch_run(changes[i][1]);
        assert_int_equal(aggregate(fixture->store, &all_buckets, &summary, &fixture->error),
                         STATUS_BUSY);
        assert_non_null(strstr(fixture->error.message, ", are not those that were committed, "));
        free(batch);
    }
}

static void what_a_crash_left_open_is_finished_before_what_came_since(void **state)
{
    static const AggregateOptions first_half = {.jobs = 1, .share = 1, .share_count = 2};
    StoreFixture *fixture = *state;

    seed_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "  '- DEA120000001 DE free 3 3', '5901234123457 DEA120000001 DE free 2 2',"
                "  '- USRC17607839 DE free 2 2')");
    (void)seed_aggregate(fixture, &first_half); // as if the run had died after half of the buckets
    assert_value("SELECT count(*) FROM tidemark.accrual_bucket", "128");
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.track('5901234123457', 'USRC17607839', true);"
                "SELECT seed.batch('wavecast', '2026-11-02', '2026-11-02', '',"
                "                  '- DEA120000001 DE free 1 1')");

    AggregateSummary summary = seed_aggregate(fixture, &all_buckets);

    assert_int_equal(summary.first_accrual, 1);
    assert_int_equal(summary.last_accrual, 2);
    assert_value("SELECT string_agg(catalogue_version::text, ' ' ORDER BY number)"
                 "  FROM tidemark.accrual",
                 "1 2");
    assert_nothing_is_lost();
}

static void shares_together_do_what_one_run_does(void **state)
{
    StoreFixture *fixture = *state;

    seed_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "  '- DEA120000001 DE free 3 3', '5901234123457 DEA120000001 DE free 2 2',"
                "  '- DEA120000002 DE free 2 2', '- USRC17607839 DE free 2 2')");
    for (int share = 1; share <= 3; share++) {
        AggregateOptions options = {.jobs = 2, .share = share, .share_count = 3};

        assert_value("SELECT count(*) FROM tidemark.accrual WHERE completed_at IS NOT NULL", "0");
        assert_int_equal(seed_aggregate(fixture, &options).last_accrual, 1);
    }
    assert_value("SELECT count(*) FROM tidemark.accrual_bucket", "256");
    assert_nothing_is_lost();
}

static void a_trial_leaves_nothing_behind(void **state)
{
    static const AggregateOptions trial = {
        .jobs = 1, .share = 1, .share_count = 1, .is_trial = true};
    StoreFixture *fixture = *state;
    AggregateSummary summary = {0};

    seed_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "                  '- DEA120000001 DE free 3 3')");
    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    summary = seed_aggregate(fixture, &trial);
    assert_int_equal(summary.last_accrual, 1);
    store_rollback(fixture->store);
    assert_value("SELECT (SELECT count(*) FROM tidemark.accrual)"
                 "     + (SELECT count(*) FROM tidemark.release_usage)",
                 "0");
}

static void pairs_of_release_usage_are_sorted_and_say_what_was_played(void **state)
{
    StoreFixture *fixture = *state;

    seed_catalogue();
    scratch_run(
        "SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
        "  '4006381333931 DEA120000002 DE free 1 1', '4006381333931 DEA120000001 FR free 2 2',"
        "  '4006381333931 DEA120000009 FR free 32 32', '4006381333931 DEA120000009 DE free 4 4');"
        "SELECT seed.batch('wavecast', '2026-11-02', '2026-11-02', '',"
        "  '4006381333931 DEA120000001 FR free 8 8');"
        "SELECT seed.batch('wavecast', '2026-11-02', '2026-11-02', '',"
        "  '4006381333931 DEA120000001 FR free 16 16')");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_value(
        "SELECT string_agg(tidemark.unpack(streams, cells)::text || coalesce((SELECT string_agg("
        "           tidemark.recording_text(code), ' ') FROM unnest("
        "           tidemark.unpack(played, pair_count)) AS code), '-'),"
        "       ', ' ORDER BY period_to, total_streams) FROM tidemark.release_usage",
        "{2,4,32,1}DEA120000001 DEA120000009 DEA120000002, {8}-, {16}-");
}

static void a_chunk_is_carried_as_it_is_or_less_what_waits(void **state)
{
    StoreFixture *fixture = *state;

    seed_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', 'EUR',"
                "  '4006381333931 DEA120000001 DE free 1 1 0.5', '4006381333931 DEA120000002 DE "
                "free 0 0 0');"
                "SELECT seed.batch('wavecast', '2026-11-02', '2026-11-02', 'EUR',"
                "  '4006381333931 DEA120000001 DE free 1 1 0.5', '4006381333931 DEA120000001 ZZ "
                "free 2 2 0.1',"
                "  '4006381333931 DEA120000002 DE free 4 4 0.25');"
                "SELECT seed.batch('wavecast', '2026-11-03', '2026-11-03', 'EUR',"
                "  '4006381333931 DEA120000001 ZZ free 2 2 0.1');"
                "SELECT seed.batch('wavecast', '2026-11-04', '2026-11-04', 'EUR',"
                "  '4006381333931 DEA120000001 DE free 8 8 0.5', '4006381333931 DEA120000002 DE "
                "free 4 4 1');"
                "SELECT seed.batch('wavecast', '2026-11-04', '2026-11-04', 'EUR',"
                "  '4006381333931 DEA120000001 DE free 1 1 0.5', '4006381333931 DEA120000002 DE "
                "free -4 -4 -1')");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_value("SELECT string_agg(concat_ws(' ', period_to, tidemark.unpack(streams, cells),"
                 "                            amounts, named), ', '"
                 "                  ORDER BY period_to, total_streams) FROM tidemark.release_usage",
                 "2026-11-01 {1,0} {0.5,0}, 2026-11-02 {1,4} {0.5,0.25}, "
                 "2026-11-04 {1,-4} {0.5,-1}, 2026-11-04 {8,4} {0.5,1}");
    assert_nothing_is_lost();
}

static void the_reasons_of_suspense_are_those_of_the_schema(void **state)
{
    Text names = {0};

    (void)state;
    for (size_t i = 0; i < SUSPENSE_REASONS; i++)
        text_append_format(&names, "%s%s", i == 0 ? "" : " ", suspense_reasons[i].name);
    assert_value("SELECT array_to_string(enum_range(NULL::tidemark.suspense_reason), ' ')",
                 text_bytes(&names));
    text_free(&names);
}

static Status append_waiting(void *context, const Rows *rows, size_t row, Error *error)
{
    const char *recording = rows_text(rows, row, "recording");

    (void)error;
    assert_true(rows_is_null(rows, row, "amount"));
    text_append_format(context, "%s %s %s %s %s %s\n", rows_text(rows, row, "reason"),
                       recording == NULL ? "-" : recording, rows_text(rows, row, "streams"),
                       rows_text(rows, row, "monetised"), rows_text(rows, row, "period_from"),
                       rows_text(rows, row, "period_to"));
    return STATUS_OK;
}

static void what_waits_is_listed_by_name_the_biggest_first(void **state)
{
    StoreFixture *fixture = *state;
    Rows *rows = NULL;
    Text list = {0};

    seed_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "  '- USRC17607839 DE free 2 1', '- USRC17607839 FR free 5 4', '- - DE free 9 9');"
                "SELECT seed.batch('wavecast', '2026-11-03', '2026-11-03', '',"
                "  '- USRC17607839 DE free 7 6');"
                "SELECT seed.batch('other', '2026-11-03', '2026-11-03', 'EUR',"
                "  '- USRC17607839 DE free 1 1 0.25')");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_ok(fixture, suspense_list(fixture->store, "wavecast", NULL, append_waiting, &list,
                                     &fixture->error));
    assert_string_equal(text_bytes(&list),
                        "unknown_recording USRC17607839 14 11 2026-11-01 2026-11-03\n"
                        "no_code - 9 9 2026-11-01 2026-11-01\n");
    text_free(&list);
    assert_ok(fixture, suspense_totals(fixture->store, "other", "unknown_recording", &rows,
                                       &fixture->error));
    assert_int_equal(rows_count(rows), 1);
    assert_string_equal(rows_text(rows, 0, "amount"), "0.25");
    assert_string_equal(rows_text(rows, 0, "currency"), "EUR");
    rows_free(rows);
}

// In another market it may come to other money; what was taken back where it was is gone.
static void what_is_negative_in_another_market_still_waits(void **state)
{
    StoreFixture *fixture = *state;
    Text list = {0};

    seed_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "  '- USRC17607839 DE free 5 4', '- USRC17607839 FR free -5 -4');"
                "SELECT seed.batch('wavecast', '2026-11-02', '2026-11-02', '',"
                "  '- USRC17607839 DE free 3 2', '- FRZ037800001 DE free 3 2');"
                "SELECT seed.batch('wavecast', '2026-11-02', '2026-11-02', '',"
                "  '- USRC17607839 DE free -3 -2', '- FRZ037800001 DE free -3 -2')");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_ok(fixture, suspense_list(fixture->store, "wavecast", NULL, append_waiting, &list,
                                     &fixture->error));
    assert_string_equal(text_bytes(&list),
                        "unknown_recording USRC17607839 0 0 2026-11-01 2026-11-01\n");
    text_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEEDED_TEST(what_is_counted_is_matched_or_suspended_in_streams_and_money),
        SEEDED_TEST(a_run_with_nothing_new_opens_no_accrual),
        SEEDED_TEST(a_batch_that_is_visible_in_part_is_not_accrued),
        SEEDED_TEST(a_chunk_that_is_none_is_named_and_not_accrued),
        SEEDED_TEST(a_chunk_whose_counts_differ_is_not_accrued),
        SEEDED_TEST(what_a_crash_left_open_is_finished_before_what_came_since),
        SEEDED_TEST(shares_together_do_what_one_run_does),
        SEEDED_TEST(a_trial_leaves_nothing_behind),
        SEEDED_TEST(pairs_of_release_usage_are_sorted_and_say_what_was_played),
        SEEDED_TEST(a_chunk_is_carried_as_it_is_or_less_what_waits),
        SEEDED_TEST(the_reasons_of_suspense_are_those_of_the_schema),
        SEEDED_TEST(what_waits_is_listed_by_name_the_biggest_first),
        SEEDED_TEST(what_is_negative_in_another_market_still_waits),
    };

    return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
