#include "support/lost_commit.h"
#include "support/night.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// A COMMIT whose outcome is unknown is looked up under the lock of the feed's tide, and ends in one
// batch, whatever the outcome was.

// A file's second transaction is its own; the first one adds the words that its cells need.
enum { COMMIT_OF_WORDS = 1, COMMIT_OF_FILE = 2 };

static void write_report(Night *night)
{
    char *report = wavecast_report(1, 300);

    night_write(night, "inbox/wavecast/a.csv.gz", report);
    free(report);
}

static void assert_counted_once(Night *night)
{
    assert_night_value(night, "SELECT concat_ws(' ', count(*), max(number)) FROM tidemark.batch",
                       "1 1");
    assert_night_value(night, "SELECT count(*) FROM tidemark.report_file", "1");
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "300");
    assert_night_value(night, "SELECT count(DISTINCT batch) FROM tidemark.usage", "1");
    assert_night_value(night,
                       "SELECT concat_ws(' ', counted, watermark, last_batch) FROM tidemark.tide",
                       "300 300 1");
    assert_int_equal(night_file_count(night, "inbox/wavecast"), 0);
}

static void lose_commit(Night *night, LostCommit kind, int commit_number, int status)
{
    Loser *loser = loser_start(kind, commit_number);

    if (loser == NULL)
        skip(); // a database that is reached by another way than a socket file
    night_run_json(night, status, "tidemark-ingest", NULL);
    assert_true(loser_stop(loser));
}

static void lose_commit_of_file(Night *night, LostCommit kind)
{
    write_report(night);
    lose_commit(night, kind, COMMIT_OF_FILE, 0);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "counted");
    assert_string_equal(night_cell(night, "files", 0, "batch"), "1");
    assert_non_null(strstr(night_err(night), "the outcome of its commit is looked up"));
    assert_counted_once(night);
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_counted_once(night);
    night_run(night, 0, "tidemark-verify", NULL);
}

static void a_commit_that_never_arrived_is_done_again(void **state)
{
    lose_commit_of_file(*state, LOST_BEFORE);
}

static void a_commit_whose_answer_was_lost_is_found(void **state)
{
    lose_commit_of_file(*state, LOST_AFTER);
}

// Who looked without the lock would find nothing yet.
static void a_commit_that_is_still_on_its_way_is_waited_for(void **state)
{
    lose_commit_of_file(*state, LOST_LATE);
}

// That of the words counts nothing; the next run does.
static void a_lost_commit_of_words_ends_the_run_and_counts_nothing(void **state)
{
    Night *night = *state;

    write_report(night);
    lose_commit(night, LOST_AFTER, COMMIT_OF_WORDS, 69);
    assert_night_value(night, "SELECT count(*) FROM tidemark.batch", "0");
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_counted_once(night);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(a_commit_that_never_arrived_is_done_again),
        NIGHT_TEST(a_commit_whose_answer_was_lost_is_found),
        NIGHT_TEST(a_commit_that_is_still_on_its_way_is_waited_for),
        NIGHT_TEST(a_lost_commit_of_words_ends_the_run_and_counts_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
