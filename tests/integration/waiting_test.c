#include "support/night.h"

#include "base/memory.h"
#include "support/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// A file that is not ready yet waits, which is no error; what shows that it is ready is the feed's
// setting.

#define WAVECAST                                                              \
    "provider: wavecast\n"                                                    \
    "zone: Europe/Berlin\n"                                                   \
    "columns: {sequence_id: id, time: time, recording: isrc, release: upc,\n" \
    "          territory: country, tier: tier, duration: seconds}\n"

static void write_report(Night *night, const char *place, int64_t first, int64_t last)
{
    char *report = wavecast_report(first, last);

    night_write(night, place, report);
    free(report);
}

static void assert_outcome(Night *night, size_t index, const char *outcome, const char *reason)
{
    assert_string_equal(night_cell(night, "files", index, "outcome"), outcome);
    assert_non_null(strstr(night_cell(night, "files", index, "reason"), reason));
}

static void a_file_that_was_just_changed_settles(void **state)
{
    Night *night = *state;

    night_feed(night, "wavecast", WAVECAST "ready: {settle: 1 h}\n");
    write_report(night, "inbox/wavecast/a.csv", 1, 10);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_outcome(night, 0, "waiting", "settles for 3600 s");
    night_run(night, 0, "touch", "-d", "2 hours ago", night_path(night, "inbox/wavecast/a.csv"),
              NULL);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_outcome(night, 0, "counted", "");
}

static void a_semaphore_lets_its_file_in_and_goes_with_it(void **state)
{
    Night *night = *state;

    night_feed(night, "wavecast", WAVECAST "ready: {semaphore: \"{file}.done\"}\n");
    write_report(night, "inbox/wavecast/a.csv", 1, 10);
    write_report(night, "inbox/wavecast/b.csv", 11, 20);
    night_write(night, "inbox/wavecast/b.csv.done", "");
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_outcome(night, 0, "waiting", "its semaphore \"a.csv.done\" is not there");
    assert_outcome(night, 1, "counted", "");
    assert_false(night_has(night, "inbox/wavecast/b.csv.done"));
}

static void parts_wait_for_each_other_over_runs(void **state)
{
    Night *night = *state;

    night_feed(night, "wavecast",
               WAVECAST "ready: {all_parts: true}\n"
                        "file: {name_pattern: \"{period}_{part}of{parts}.csv\"}\n");
    write_report(night, "inbox/wavecast/2026-10_1of2.csv", 1, 10);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_outcome(night, 0, "waiting", "part 2 of its report's 2 is not there");
    // Named by a person, it is ready.
    night_run(night, 0, "tidemark-ingest", "--feed", "wavecast",
              night_path(night, "inbox/wavecast/2026-10_1of2.csv"), NULL);
    write_report(night, "inbox/wavecast/2026-10_2of2.csv", 11, 20);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_outcome(night, 0, "counted", "");
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "20");
}

static void finish(Command *taken_command, int status)
{
    CommandResult result;

    command_finish(taken_command, COMMAND_TIMEOUT_S * 1000, &result);
    if (result.status != status)
        fail_msg("%s", result.err);
    command_result_free(&result);
}

// By its name and size before its bytes were read, by these afterwards.
static void a_file_that_another_run_reads_waits(void **state)
{
    Night *night = *state;

    wavecast_ingest(night, "first.csv.gz", 1, 10);
    write_report(night, "inbox/wavecast/a.csv", 11, 30);
    free(night_value(night, "BEGIN; SELECT feed FROM tidemark.tide FOR UPDATE"));

    Command *other = command_start((const char *const[]){"tidemark-ingest", NULL}, NULL, NULL);

    night_wait_for_locks(night, "1"); // it has read the file
    write_report(night, "inbox/wavecast/b.csv", 11, 30);
    night_run_json(night, 75, "tidemark-ingest", NULL);
    assert_outcome(night, 0, "waiting", "another run is reading it");
    assert_outcome(night, 1, "waiting", "another run is reading it");
    free(night_value(night, "COMMIT"));
    finish(other, 0);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "known");
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "30");
}

static void a_file_that_is_changed_while_it_is_read_is_not_counted(void **state)
{
    Night *night = *state;

    wavecast_ingest(night, "first.csv.gz", 1, 10);
    write_report(night, "inbox/wavecast/a.csv", 11, 20);
    free(night_value(night, "BEGIN; LOCK TABLE tidemark.tide_part IN ACCESS EXCLUSIVE MODE"));

    Command *command = command_start((const char *const[]){"tidemark-ingest", NULL}, NULL, NULL);

    night_wait_for_locks(night, "1"); // it knows how large the file is, and has not read it
    write_report(night, "inbox/wavecast/a.csv", 11, 30);
    free(night_value(night, "COMMIT"));
    finish(command, 65);
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "10");
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "30");
}

// Whose place is taken while it is committed, by another with a semaphore of its own.
static void a_semaphore_of_the_next_file_stays(void **state)
{
    Night *night = *state;
    char *rename = text_format("mv '%s' '%s'", night_path(night, "elsewhere/a.csv"),
                               night_path(night, "inbox/wavecast/a.csv"));

    wavecast_ingest(night, "before.csv", 101, 110); // makes the feed's tide
    night_feed(night, "wavecast", WAVECAST "ready: {semaphore: \"{file}.done\"}\n");
    write_report(night, "inbox/wavecast/a.csv", 1, 10);
    night_write(night, "inbox/wavecast/a.csv.done", "");
    write_report(night, "elsewhere/a.csv", 11, 30);
    free(night_value(night, "BEGIN; SELECT feed FROM tidemark.tide FOR UPDATE"));

    Command *command = command_start((const char *const[]){"tidemark-ingest", NULL}, NULL, NULL);

    night_wait_for_locks(night, "1");
    night_run(night, 0, "sh", "-c", rename, NULL);
    free(night_value(night, "COMMIT"));
    finish(command, 0);
    assert_true(night_has(night, "inbox/wavecast/a.csv.done"));
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "40");
    assert_int_equal(night_file_count(night, "inbox/wavecast"), 0);
    free(rename);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(a_file_that_was_just_changed_settles),
        NIGHT_TEST(a_semaphore_lets_its_file_in_and_goes_with_it),
        NIGHT_TEST(a_semaphore_of_the_next_file_stays),
        NIGHT_TEST(parts_wait_for_each_other_over_runs),
        NIGHT_TEST(a_file_that_another_run_reads_waits),
        NIGHT_TEST(a_file_that_is_changed_while_it_is_read_is_not_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
