#include "support/night.h"

#include "base/digest.h"
#include "base/files.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Invariant 1: a sequence ID of a feed contributes to at most one live batch, and a valid row of an
// accepted file contributes.

static void write_report(Night *night, const char *place, int64_t first, int64_t last)
{
    char *report = wavecast_report(first, last);

    night_write(night, place, report);
    free(report);
}

static void assert_counted(Night *night, const char *streams)
{
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", streams);
    assert_night_value(night, "SELECT counted FROM tidemark.feed_state", streams);
}

// Where the archive has the one file that is counted; the caller's.
static char *archived_place(Night *night)
{
    char *sha256 = night_value(night, "SELECT sha256 FROM tidemark.report_file");
    char *place = text_format("archive/wavecast/%.2s/%s.csv.gz", sha256, sha256);

    free(sha256);
    return place;
}

static void a_file_is_counted_and_archived(void **state)
{
    Night *night = *state;

    write_report(night, "inbox/wavecast/a.csv.gz", 1, 100);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "counted");
    assert_string_equal(night_cell(night, "files", 0, "rows_read"), "100");
    assert_string_equal(night_cell(night, "files", 0, "first_id"), "1");
    assert_string_equal(night_cell(night, "files", 0, "last_id"), "100");
    assert_counted(night, "100");
    assert_night_value(night, "SELECT watermark FROM tidemark.feed_state", "100");
    assert_false(night_has(night, "inbox/wavecast/a.csv.gz"));

    char *place = archived_place(night);

    assert_true(night_has(night, place));
    free(place);
}

// Here ISO 8859-1, which is no UTF-8.
static void a_file_may_be_called_by_any_bytes(void **state)
{
    Night *night = *state;

    write_report(night, "inbox/wavecast/caf\xe9.csv.gz", 1, 100);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "counted");
    assert_night_value(night, "SELECT encode(name, 'escape') FROM tidemark.report_file",
                       "caf\\351.csv.gz");
    assert_int_equal(night_file_count(night, "inbox/wavecast"), 0);
}

static void the_same_bytes_again_are_known_and_leave_the_inbox(void **state)
{
    Night *night = *state;

    write_report(night, "inbox/wavecast/a.csv.gz", 1, 100);
    night_run(night, 0, "tidemark-ingest", NULL);
    write_report(night, "inbox/wavecast/b.csv.gz", 1, 100);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "known");
    assert_string_equal(night_cell(night, "files", 0, "reason"), "counted before, as \"a.csv.gz\"");
    assert_string_equal(night_cell(night, "files", 0, "batch"), "1");
    assert_counted(night, "100");
    assert_false(night_has(night, "inbox/wavecast/b.csv.gz"));
}

static void rows_that_come_again_in_another_file_are_duplicates(void **state)
{
    Night *night = *state;

    write_report(night, "inbox/wavecast/a.csv.gz", 1, 100);
    write_report(night, "inbox/wavecast/b.csv.gz", 51, 150);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 1, "counted"), "50");
    assert_string_equal(night_cell(night, "files", 1, "duplicate"), "50");
    assert_counted(night, "150");
}

static void a_row_that_stands_twice_in_a_file_counts_once(void **state)
{
    Night *night = *state;
    Text report = {0};

    text_append(&report, wavecast_header);
    for (int64_t id = 1; id <= 10; id++)
        wavecast_append_row(&report, id);
    wavecast_append_row(&report, 7);
    wavecast_append_row(&report, 7);
    night_write(night, "inbox/wavecast/a.csv", text_bytes(&report));
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "counted"), "10");
    assert_string_equal(night_cell(night, "files", 0, "duplicate"), "2");
    assert_counted(night, "10");
    text_free(&report);
}

static void another_content_under_a_known_name_is_counted_and_told(void **state)
{
    Night *night = *state;

    write_report(night, "inbox/wavecast/a.csv.gz", 1, 10);
    night_run(night, 0, "tidemark-ingest", NULL);
    write_report(night, "inbox/wavecast/a.csv.gz", 11, 20);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "counted");
    assert_true(text_starts_with(night_cell(night, "files", 0, "reason"),
                                 "another file of this name was counted before"));
    assert_counted(night, "20");
}

// Only a file of a size that the ledger has is read for its SHA-256 before it is counted.
static void other_bytes_of_a_known_size_are_counted(void **state)
{
    Night *night = *state;
    Text first = {0};
    Text second = {0};

    text_append_format(&first, "%s", wavecast_header);
    text_append_format(&second, "%s", wavecast_header);
    wavecast_append_row(&first, 10);
    wavecast_append_row(&second, 52);
    assert_int_equal(first.size_bytes, second.size_bytes);
    night_write(night, "inbox/wavecast/a.csv", text_bytes(&first));
    night_run(night, 0, "tidemark-ingest", NULL);
    night_write(night, "inbox/wavecast/b.csv", text_bytes(&second));
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "counted");
    assert_counted(night, "2");
    assert_night_value(night, "SELECT count(DISTINCT size_bytes) FROM tidemark.report_file", "1");
    text_free(&second);
    text_free(&first);
}

static void a_file_that_is_named_is_copied_and_stays(void **state)
{
    Night *night = *state;

    write_report(night, "elsewhere/a.csv.gz", 1, 10);
    night_run_json(night, 0, "tidemark-ingest", "--feed", "wavecast",
                   night_path(night, "elsewhere/a.csv.gz"), NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "counted");
    assert_true(night_has(night, "elsewhere/a.csv.gz"));
    assert_int_equal(night_file_count(night, "archive/.incoming/wavecast"), 0);
    night_run_json(night, 0, "tidemark-ingest", "--feed", "wavecast",
                   night_path(night, "elsewhere/a.csv.gz"), NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "known");
    assert_int_equal(night_file_count(night, "archive/.incoming/wavecast"), 0);
    assert_counted(night, "10");
}

static void a_known_file_that_the_archive_has_lost_is_copied_again(void **state)
{
    Night *night = *state;
    Error error = {0};

    write_report(night, "elsewhere/a.csv.gz", 1, 10);
    night_run(night, 0, "tidemark-ingest", "--feed", "wavecast",
              night_path(night, "elsewhere/a.csv.gz"), NULL);

    char *place = archived_place(night);

    assert_int_equal(file_remove(night_path(night, place), &error), STATUS_OK);
    night_run_json(night, 0, "tidemark-ingest", "--feed", "wavecast",
                   night_path(night, "elsewhere/a.csv.gz"), NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "known");
    assert_true(night_has(night, place));
    assert_true(night_has(night, "elsewhere/a.csv.gz"));
    assert_int_equal(night_file_count(night, "archive/.incoming/wavecast"), 0);
    free(place);
}

static void a_file_that_is_refused_leaves_no_copy_and_is_told_by_its_digest(void **state)
{
    Night *night = *state;
    static const char bytes[] = "id,time,isrc\n\"1,";
    char digest[DIGEST_TEXT_BYTES];

    night_write(night, "elsewhere/a.csv", bytes);
    night_run_json(night, 65, "tidemark-ingest", "--feed", "wavecast",
                   night_path(night, "elsewhere/a.csv"), NULL);
    assert_string_equal(night_cell(night, "files", 0, "sha256"),
                        digest_bytes(bytes, strlen(bytes), digest));
    assert_int_equal(night_file_count(night, "archive/.incoming/wavecast"), 0);
}

// A pipe can be read only once.
static void a_pipe_is_counted_and_kept(void **state)
{
    Night *night = *state;
    CommandResult result;

    write_report(night, "elsewhere/a.csv.gz", 1, 10);

    char *program = command_program_path("tidemark-ingest");
    Command *command = command_start(
        (const char *const[]){"bash", "-c", "\"$0\" --feed wavecast --name a.csv.gz <(cat \"$1\")",
                              program, night_path(night, "elsewhere/a.csv.gz"), NULL},
        NULL, NULL);

    command_finish(command, COMMAND_TIMEOUT_S * 1000, &result);
    assert_int_equal(result.status, 0);
    command_result_free(&result);
    free(program);
    assert_counted(night, "10");

    char *place = archived_place(night);

    assert_true(night_has(night, place));
    free(place);
}

static void standard_input_is_counted_and_kept(void **state)
{
    Night *night = *state;
    CommandResult result;

    write_report(night, "elsewhere/a.csv.gz", 1, 10);

    Command *command = command_start((const char *const[]){"tidemark-ingest", "--feed", "wavecast",
                                                           "--name", "piped.csv.gz", "-", NULL},
                                     NULL, night_path(night, "elsewhere/a.csv.gz"));

    command_finish(command, COMMAND_TIMEOUT_S * 1000, &result);
    assert_int_equal(result.status, 0);
    command_result_free(&result);
    assert_counted(night, "10");
    assert_night_value(night, "SELECT convert_from(name, 'UTF8') FROM tidemark.report_file",
                       "piped.csv.gz");
    night_run(night, 0, "tidemark-ingest", "--reconcile", NULL);
    assert_counted(night, "10");
}

static void a_dry_run_changes_nothing(void **state)
{
    Night *night = *state;

    write_report(night, "inbox/wavecast/a.csv.gz", 1, 100);
    night_run_json(night, 0, "tidemark-ingest", "--dry-run", NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "counted");
    assert_string_equal(night_cell(night, "files", 0, "batch"), "1");
    assert_true(night_has(night, "inbox/wavecast/a.csv.gz"));
    assert_night_value(night,
                       "SELECT count(*) FROM (SELECT FROM tidemark.usage UNION ALL\n"
                       "                      SELECT FROM tidemark.feed UNION ALL\n"
                       "                      SELECT FROM tidemark.market) AS rows",
                       "0");
}

// The database is younger than the archive: a backup was restored.
static void archived_files_that_the_ledger_lost_are_counted_again(void **state)
{
    Night *night = *state;

    write_report(night, "inbox/wavecast/a.csv.gz", 1, 100);
    write_report(night, "inbox/wavecast/b.csv.gz", 101, 150);
    night_run(night, 0, "tidemark-ingest", NULL);

    char *before = night_cells(night);

    free(night_value(night, "TRUNCATE tidemark.report_file, tidemark.report_file_part,\n"
                            "         tidemark.batch, tidemark.usage, tidemark.tide,\n"
                            "         tidemark.tide_part, tidemark.tide_fingerprint CASCADE"));
    free(night_value(night, "DELETE FROM tidemark.feed"));
    night_run_json(night, 0, "tidemark-ingest", "--reconcile", NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "counted");

    char *after = night_cells(night);

    assert_string_equal(after, before);
    assert_night_value(night,
                       "SELECT string_agg(convert_from(name, 'UTF8'), ' ' ORDER BY name)\n"
                       "  FROM tidemark.report_file",
                       "a.csv.gz b.csv.gz");
    night_run_json(night, 0, "tidemark-ingest", "--reconcile", NULL);
    assert_counted(night, "150");
    free(after);
    free(before);
}

// Runs a shell's command while a file is committed, whose rows are 1 to 50.
static void ingest_and_meanwhile(Night *night, const char *command)
{
    CommandResult result;

    wavecast_ingest(night, "before.csv.gz", 201, 210);
    write_report(night, "inbox/wavecast/a.csv", 1, 50);
    free(night_value(night, "BEGIN; SELECT feed FROM tidemark.tide FOR UPDATE"));

    Command *ingest = command_start((const char *const[]){"tidemark-ingest", NULL}, NULL, NULL);

    night_wait_for_locks(night, "1");
    night_run(night, 0, "sh", "-c", command, NULL);
    free(night_value(night, "COMMIT"));
    command_finish(ingest, COMMAND_TIMEOUT_S * 1000, &result);
    if (result.status != 0)
        fail_msg("exited with %d\n%s", result.status, result.err);
    command_result_free(&result);
}

// As a provider does who sends another report under the same name.
static void a_file_that_is_renamed_over_one_that_is_committed_is_counted_too(void **state)
{
    Night *night = *state;
    char *command = text_format("mv '%s' '%s'", night_path(night, "elsewhere/a.csv"),
                                night_path(night, "inbox/wavecast/a.csv"));

    write_report(night, "elsewhere/a.csv", 51, 150);
    ingest_and_meanwhile(night, command);
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_counted(night, "160");
    assert_int_equal(night_file_count(night, "inbox/wavecast"), 0);
    night_run(night, 0, "tidemark-verify", "--check", "archive", NULL);
    free(command);
}

// As where the feed has no readiness set, and the provider is slow.
static void what_is_written_behind_a_file_that_is_committed_is_counted_too(void **state)
{
    Night *night = *state;
    char *command = text_format("sed 1d '%s' >>'%s'", night_path(night, "elsewhere/a.csv"),
                                night_path(night, "inbox/wavecast/a.csv"));

    write_report(night, "elsewhere/a.csv", 51, 150);
    ingest_and_meanwhile(night, command);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "duplicate"), "50");
    assert_counted(night, "160");
    assert_int_equal(night_file_count(night, "inbox/wavecast"), 0);
    night_run(night, 0, "tidemark-verify", "--check", "archive", NULL);
    free(command);
}

static void a_link_in_the_inbox_is_archived_as_what_it_leads_to(void **state)
{
    Night *night = *state;

    write_report(night, "elsewhere/a.csv", 1, 50);
    write_report(night, "inbox/wavecast/b.csv", 51, 60);
    night_run(night, 0, "ln", "-s", night_path(night, "elsewhere/a.csv"),
              night_path(night, "inbox/wavecast/a.csv"), NULL);
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_counted(night, "60");
    assert_int_equal(night_file_count(night, "inbox/wavecast"), 0);
    assert_true(night_has(night, "elsewhere/a.csv"));
    night_run(night, 0, "rm", night_path(night, "elsewhere/a.csv"), NULL);
    night_run(night, 0, "tidemark-verify", "--check", "archive", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(a_file_is_counted_and_archived),
        NIGHT_TEST(a_file_may_be_called_by_any_bytes),
        NIGHT_TEST(the_same_bytes_again_are_known_and_leave_the_inbox),
        NIGHT_TEST(rows_that_come_again_in_another_file_are_duplicates),
        NIGHT_TEST(a_row_that_stands_twice_in_a_file_counts_once),
        NIGHT_TEST(another_content_under_a_known_name_is_counted_and_told),
        NIGHT_TEST(other_bytes_of_a_known_size_are_counted),
        NIGHT_TEST(a_file_that_is_named_is_copied_and_stays),
        NIGHT_TEST(a_known_file_that_the_archive_has_lost_is_copied_again),
        NIGHT_TEST(a_file_that_is_refused_leaves_no_copy_and_is_told_by_its_digest),
        NIGHT_TEST(a_pipe_is_counted_and_kept),
        NIGHT_TEST(standard_input_is_counted_and_kept),
        NIGHT_TEST(a_dry_run_changes_nothing),
        NIGHT_TEST(archived_files_that_the_ledger_lost_are_counted_again),
        NIGHT_TEST(a_file_that_is_renamed_over_one_that_is_committed_is_counted_too),
        NIGHT_TEST(what_is_written_behind_a_file_that_is_committed_is_counted_too),
        NIGHT_TEST(a_link_in_the_inbox_is_archived_as_what_it_leads_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
