/**
 * An archive on a disk that is broken or full. A file from outside the inbox is copied while it is
 * read, and a copy that cannot be written or synced is no record of what is counted: nothing is
 * committed, nothing is left, and the next run is as if nothing had been. A file of the inbox is
 * committed and then moved, and stays in the inbox until it can be.
 */
#include "base/files.h"
#include "support/failing_call.h"
#include "support/night.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include <cmocka.h>

enum { COUNTED_BEFORE = 50, ROWS = 5000 };

static const FailingCall sync_fails = {.number = SYS_fsync, .error = EIO};
// More than is written in one piece to anything but the copy.
static const FailingCall disk_is_full = {
    .number = SYS_write, .error = ENOSPC, .bytes_min = (size_t)32 * 1024};

static void write_report(Night *night, const char *place, int64_t first, int64_t last)
{
    char *report = wavecast_report(first, last);

    night_write(night, place, report);
    free(report);
}

static void ingest(Night *night, const char *place)
{
    night_run_json(night, 0, "tidemark-ingest", "--feed", "wavecast", night_path(night, place),
                   NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "counted");
}

// All that a file could have left: in the database and in the archive.
static char *traces(Night *night)
{
    char *rows = night_row_counts(night);

    night_run(night, 0, "find", night_path(night, "archive"), "-type", "f", NULL);

    char *all = text_format("%s\n%s", rows, night_out(night));

    free(rows);
    return all;
}

// `file` is a path, or "-" for standard input; `blamed` the path that the error names.
static void assert_fails(Night *night, const FailingCall *call, const char *file,
                         const char *sentence, const char *blamed)
{
    const char *const words[] = {"tidemark-ingest", "--feed",  "wavecast", "--name",
                                 "new.csv",         "--quiet", file,       NULL};
    const char *path = night_path(night, "elsewhere/new.csv");
    CommandResult result;

    command_run_failing(call, words, strcmp(file, "-") == 0 ? path : NULL, &result);
    if (result.status != 73 || strstr(result.err, sentence) == NULL ||
        strstr(result.err, "new.csv") == NULL || strstr(result.err, blamed) == NULL)
        fail_msg("exited with %d, expected 73, \"%s\" and \"%s\"\n%s", result.status, sentence,
                 blamed, result.err);
    command_result_free(&result);
}

static void assert_as_if_nothing_had_been(Night *night, const FailingCall *call, const char *file,
                                          const char *sentence)
{
    write_report(night, "elsewhere/before.csv", 1, COUNTED_BEFORE);
    write_report(night, "elsewhere/new.csv", COUNTED_BEFORE + 1, ROWS);
    ingest(night, "elsewhere/before.csv"); // so that the folders and words are there

    char *before = traces(night);

    assert_fails(night, call, file, sentence, night_path(night, "archive/.incoming/wavecast/"));

    char *after = traces(night);

    assert_string_equal(after, before);
    ingest(night, "elsewhere/new.csv");
    assert_string_equal(night_cell(night, "files", 0, "batch"), "2");
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "5000");
    night_run(night, 0, "tidemark-verify", NULL);
    free(after);
    free(before);
}

static void a_copy_that_cannot_be_synced_leaves_nothing(void **state)
{
    assert_as_if_nothing_had_been(*state, &sync_fails, night_path(*state, "elsewhere/new.csv"),
                                  "could not sync");
}

static void a_copy_that_cannot_be_written_leaves_nothing(void **state)
{
    assert_as_if_nothing_had_been(*state, &disk_is_full, night_path(*state, "elsewhere/new.csv"),
                                  "could not write");
}

static void standard_input_that_cannot_be_synced_leaves_nothing(void **state)
{
    assert_as_if_nothing_had_been(*state, &sync_fails, "-", "could not sync");
}

static void standard_input_that_cannot_be_kept_leaves_nothing(void **state)
{
    assert_as_if_nothing_had_been(*state, &disk_is_full, "-", "could not write");
}

static void a_file_that_cannot_be_archived_stays_in_the_inbox(void **state)
{
    Night *night = *state;
    const char *const words[] = {"tidemark-ingest", NULL};
    CommandResult result;

    write_report(night, "inbox/wavecast/new.csv", 1, ROWS);
    command_run_failing(&sync_fails, words, NULL, &result);
    assert_int_equal(result.status, 73);
    assert_non_null(strstr(result.err, "could not sync"));
    assert_true(night_has(night, "inbox/wavecast/new.csv"));
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "known");
    assert_false(night_has(night, "inbox/wavecast/new.csv"));
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "5000");
    night_run(night, 0, "tidemark-verify", NULL);
    command_result_free(&result);
}

// What is committed has no other copy: whoever wrote it to standard input need not have it any more.
static void standard_input_that_is_committed_and_cannot_be_archived_is_kept(void **state)
{
    Night *night = *state;
    const char *const words[] = {"tidemark-ingest", "--feed",  "wavecast", "--name",
                                 "new.csv",         "--quiet", "-",        NULL};
    CommandResult result;

    write_report(night, "elsewhere/new.csv", 1, ROWS);
    night_write(night, "archive/wavecast", "a file where a folder should be");
    command_finish(command_start(words, NULL, night_path(night, "elsewhere/new.csv")),
                   NIGHT_WAIT_MS_MAX, &result);
    assert_int_equal(result.status, 73);
    assert_night_value(night, "SELECT count(*) FROM tidemark.report_file", "1");
    night_run(night, 0, "rm", night_path(night, "archive/wavecast"), NULL);
    night_run(night, 0, "tidemark-ingest", "--reconcile", NULL);
    night_run(night, 0, "tidemark-verify", "--check", "archive", NULL);
    command_result_free(&result);
}

// A folder that was made, but perhaps not on the disk, would be trusted by the next run.
static void a_folder_that_cannot_be_synced_is_not_left(void **state)
{
    Night *night = *state;
    char *above = path_folder(night_path(night, "archive"));

    write_report(night, "elsewhere/new.csv", 1, ROWS);
    assert_fails(night, &sync_fails, night_path(night, "elsewhere/new.csv"), "could not sync",
                 above);
    assert_false(night_has(night, "archive"));
    ingest(night, "elsewhere/new.csv");
    free(above);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(a_copy_that_cannot_be_synced_leaves_nothing),
        NIGHT_TEST(a_copy_that_cannot_be_written_leaves_nothing),
        NIGHT_TEST(standard_input_that_cannot_be_synced_leaves_nothing),
        NIGHT_TEST(standard_input_that_cannot_be_kept_leaves_nothing),
        NIGHT_TEST(a_file_that_cannot_be_archived_stays_in_the_inbox),
        NIGHT_TEST(standard_input_that_is_committed_and_cannot_be_archived_is_kept),
        NIGHT_TEST(a_folder_that_cannot_be_synced_is_not_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
