#include "support/night.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

// Invariant 3: a batch's number is taken under its feed's tide row lock, held to the commit: gapless,
// in commit order.

enum { FILES = 12, WINDOW = 300, STEP = 200 };

// Files that overlap with their neighbours.
static void write_windows(Night *night)
{
    for (int i = 0; i < FILES; i++) {
        char *report = wavecast_report(1 + i * STEP, i * STEP + WINDOW);
        char *place = text_format("inbox/wavecast/%02d.csv.gz", i);

        night_write(night, place, report);
        free(place);
        free(report);
    }
}

static void assert_all_counted_in_order(Night *night)
{
    assert_night_value(night,
                       "SELECT concat_ws(' ', count(*), min(number), max(number))\n"
                       "  FROM tidemark.batch",
                       "12 1 12");
    assert_night_value(night, "SELECT last_batch FROM tidemark.tide", "12");
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "2500");
    assert_night_value(night,
                       "SELECT concat_ws(' ', counted, watermark, missing) FROM tidemark.tide",
                       "2500 2500 0");
    assert_int_equal(night_file_count(night, "inbox/wavecast"), 0);
}

static void two_runs_at_once_on_overlapping_files_number_without_gaps(void **state)
{
    Night *night = *state;
    Command *commands[2];
    CommandResult result;

    write_windows(night);
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        commands[i] = command_start((const char *const[]){"tidemark-ingest", "--jobs", "2", NULL},
                                    NULL, NULL);
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        command_finish(commands[i], COMMAND_TIMEOUT_S * 1000, &result);
        if (result.status != 0 && result.status != 75)
            fail_msg("exited with %d\n%s", result.status, result.err);
        command_result_free(&result);
    }
    night_run(night, 0, "tidemark-ingest", NULL); // 75 says: again later
    assert_all_counted_in_order(night);
}

static void shares_of_two_machines_make_the_whole(void **state)
{
    Night *night = *state;

    write_windows(night);
    night_run(night, 0, "tidemark-ingest", "--share", "1/2", NULL);
    assert_true(night_file_count(night, "inbox/wavecast") > 0);
    night_run(night, 0, "tidemark-ingest", "--share", "2/2", NULL);
    assert_all_counted_in_order(night);
}

// While another has the lock, a file's cells are written but its batch has no number; what the other
// adds comes first, and what both have counts once.
static void a_number_is_taken_under_the_lock_and_last(void **state)
{
    Night *night = *state;
    CommandResult result;
    char *report = wavecast_report(1, 10);

    night_write(night, "inbox/wavecast/first.csv", report);
    night_run(night, 0, "tidemark-ingest", NULL);
    free(report);
    report = wavecast_report(11, 20);
    night_write(night, "inbox/wavecast/second.csv", report);
    free(report);

    free(night_value(night, "BEGIN; SELECT feed FROM tidemark.tide FOR UPDATE"));

    Command *command = command_start((const char *const[]){"tidemark-ingest", NULL}, NULL, NULL);

    night_wait_for_locks(night, "1");
    assert_night_value(night, "SELECT max(number) FROM tidemark.batch", "1");
    free(night_value(night, "UPDATE tidemark.tide SET last_batch = 7; COMMIT"));
    command_finish(command, COMMAND_TIMEOUT_S * 1000, &result);
    assert_int_equal(result.status, 0);
    command_result_free(&result);
    assert_night_value(night, "SELECT max(number) FROM tidemark.batch", "8");
}

// Files that lie elsewhere are copied while they are read. Of two that overlap and wait at the
// lock, the later must be read again: from its copy.
static void files_from_elsewhere_are_read_again_from_their_copies(void **state)
{
    Night *night = *state;
    CommandResult result;

    for (int i = 0; i < 2; i++) {
        char *report = wavecast_report(1 + i * STEP, i * STEP + WINDOW);

        night_write(night, i == 0 ? "elsewhere/first.csv.gz" : "elsewhere/second.csv.gz", report);
        free(report);
    }
    wavecast_ingest(night, "before.csv.gz", 501, 510); // makes the feed's tide
    free(night_value(night, "BEGIN; SELECT feed FROM tidemark.tide FOR UPDATE"));

    Command *command =
        command_start((const char *const[]){"tidemark-ingest", "--feed", "wavecast", "--jobs", "2",
                                            night_path(night, "elsewhere/first.csv.gz"),
                                            night_path(night, "elsewhere/second.csv.gz"), NULL},
                      NULL, NULL);

    night_wait_for_locks(night, "2");
    free(night_value(night, "COMMIT"));
    command_finish(command, COMMAND_TIMEOUT_S * 1000, &result);
    if (result.status != 0)
        fail_msg("exited with %d\n%s", result.status, result.err);
    command_result_free(&result);
    assert_night_value(night,
                       "SELECT concat_ws(' ', counted, watermark, missing) FROM tidemark.tide",
                       "510 510 0");
    assert_int_equal(night_file_count(night, "archive/.incoming/wavecast"), 0);
    assert_true(night_has(night, "elsewhere/second.csv.gz"));
}

// What a reader adds up of a batch's cells is what the batch says, in all and by bucket.
static void a_batch_says_what_its_cells_come_to(void **state)
{
    Night *night = *state;

    write_windows(night);
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_night_value(
        night,
        "SELECT count(*)\n"
        "  FROM tidemark.batch\n"
        "  JOIN LATERAL (SELECT sum(total.cells) AS cells,\n"
        "                       sum(total.streams) AS streams, sum(total.monetised) AS monetised\n"
        "                  FROM tidemark.usage\n"
        "                 CROSS JOIN LATERAL (SELECT count(*) AS cells,\n"
        "                                            sum(cell.streams) AS streams,\n"
        "                                            sum(cell.monetised) AS monetised\n"
        "                         FROM tidemark.unfold(usage.cells, usage.pair_count, "
        "usage.releases, "
        "usage.recordings,\n"
        "                              usage.pairs, usage.markets, usage.streams, "
        "usage.monetised,\n"
        "                              usage.amounts) AS cell) AS total\n"
        "                 WHERE usage.batch = batch.id) AS found ON true\n"
        " WHERE batch.cells = found.cells AND batch.streams = found.streams\n"
        "   AND batch.monetised = found.monetised\n"
        "   AND batch.cells = (SELECT sum(cells) FROM unnest(batch.bucket_cells) AS cells)\n"
        "   AND batch.streams = (SELECT sum(streams) FROM unnest(batch.bucket_streams) AS streams)",
        "12");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(two_runs_at_once_on_overlapping_files_number_without_gaps),
        NIGHT_TEST(shares_of_two_machines_make_the_whole),
        NIGHT_TEST(a_number_is_taken_under_the_lock_and_last),
        NIGHT_TEST(files_from_elsewhere_are_read_again_from_their_copies),
        NIGHT_TEST(a_batch_says_what_its_cells_come_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
