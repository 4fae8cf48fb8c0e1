#include "base/memory.h"
#include "support/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// A counted file taken out again, and one that takes another's place: in one transaction, with
// nothing deleted.

static void assert_feed(Night *night, const char *expected)
{
    assert_night_value(night,
                       "SELECT concat_ws(' ', watermark, highest, counted, missing, last_batch)\n"
                       "  FROM tidemark.feed_state",
                       expected);
}

static void a_revoked_file_leaves_neither_streams_nor_ids(void **state)
{
    Night *night = *state;

    wavecast_ingest(night, "a.csv.gz", 1, 100);

    char *before = night_cells(night);

    wavecast_ingest(night, "b.csv.gz", 101, 150);
    wavecast_ingest(night, "c.csv.gz", 151, 160);
    night_run(night, 0, "tidemark-revoke", "--reason", "test data", "b.csv.gz", NULL);
    assert_feed(night, "100 160 110 50 4");
    night_run(night, 0, "tidemark-revoke", "--reason", "and these", "c.csv.gz", NULL);
    assert_feed(night, "100 100 100 0 5");

    char *after = night_cells(night);

    assert_string_equal(after, before);
    assert_night_value(night,
                       "SELECT string_agg(concat_ws(' ', number, kind, streams), ', '\n"
                       "                  ORDER BY number)\n"
                       "  FROM tidemark.batch",
                       "1 counted 100, 2 counted 50, 3 counted 10, 4 revoked -50, 5 revoked -10");
    free(after);
    free(before);
}

static void the_ids_of_a_revoked_file_count_when_they_come_again(void **state)
{
    Night *night = *state;

    wavecast_ingest(night, "a.csv.gz", 1, 100);

    char *before = night_cells(night);
    char *report = wavecast_report(1, 100);

    night_run(night, 0, "tidemark-revoke", "--reason", "wrong file", "a.csv.gz", NULL);
    night_write(night, "inbox/wavecast/plain.csv", report); // other bytes, the same rows
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "counted"), "100");

    char *after = night_cells(night);

    assert_string_equal(after, before);
    assert_feed(night, "100 100 100 0 3");

    // The very same bytes stay what they are: known, and revoked.
    night_write(night, "inbox/wavecast/a.csv.gz", report);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "known");
    assert_non_null(strstr(night_cell(night, "files", 0, "reason"), "revoked since: wrong file"));
    free(report);
    free(after);
    free(before);
}

// What `revoke` does to the only file that was counted.
static const char revoke_it[] =
    "UPDATE tidemark.report_file SET state = 'revoked', state_reason = 'x';"
    "INSERT INTO tidemark.batch (feed, number, id, kind, report_file, cells, streams, monetised,"
    "                            amount, bucket_cells, bucket_streams, bucket_monetised,"
    "                            bucket_amounts)"
    "SELECT feed, 2, nextval('tidemark.batch_id'), 'revoked', report_file, 0, 0, 0, 0,"
    "       array_fill(0, '{256}'), array_fill(0::bigint, '{256}'),"
    "       array_fill(0::bigint, '{256}'), array_fill(0::numeric, '{256}')"
    "  FROM tidemark.batch;"
    "DELETE FROM tidemark.tide_fingerprint;"
    "UPDATE tidemark.tide SET watermark = 0, highest = 0, counted = 0, last_batch = 2";

// Behind the reading of the tide, and before its archived file is asked for.
static void a_file_that_is_revoked_while_rows_are_held_against_it_is_read_past(void **state)
{
    Night *night = *state;
    CommandResult result;
    char *report = wavecast_report(51, 150);

    wavecast_ingest(night, "a.csv.gz", 1, 100);
    night_write(night, "inbox/wavecast/b.csv", report);
    free(
        night_value(night, "BEGIN; LOCK TABLE tidemark.report_file_part IN ACCESS EXCLUSIVE MODE"));

    Command *ingest = command_start((const char *const[]){"tidemark-ingest", NULL}, NULL, NULL);

    night_wait_for_locks(night, "1");
    free(night_value(night, revoke_it));
    free(night_value(night, "COMMIT"));
    command_finish(ingest, COMMAND_TIMEOUT_S * 1000, &result);
    if (result.status != 0)
        fail_msg("exited with %d\n%s", result.status, result.err);
    assert_night_value(night, "SELECT counted FROM tidemark.feed_state", "100");
    command_result_free(&result);
    free(report);
}

static void a_revoke_can_be_tried_and_is_done_once(void **state)
{
    Night *night = *state;

    wavecast_ingest(night, "a.csv.gz", 1, 100);
    night_run_json(night, 0, "tidemark-revoke", "--dry-run", "--reason", "x", "a.csv.gz", NULL);
    assert_string_equal(night_cell(night, "effect", 0, "release"), "4006381333931");
    assert_string_equal(night_cell(night, "effect", 0, "streams"), "-33");
    assert_feed(night, "100 100 100 0 1");
    night_run(night, 64, "tidemark-revoke", "a.csv.gz", NULL); // without a reason
    night_run(night, 66, "tidemark-revoke", "--reason", "x", "unknown.csv", NULL);
    night_run(night, 0, "tidemark-revoke", "--reason", "x", "a.csv.gz", NULL);
    night_run(night, 0, "tidemark-revoke", "--reason", "x", "a.csv.gz", NULL);
    assert_non_null(strstr(night_out(night), "was revoked before: x"));
    assert_feed(night, "0 0 0 0 2");
}

// A name may be any bytes, here ISO 8859-1.
static void a_file_is_revoked_by_whatever_name_it_has(void **state)
{
    Night *night = *state;

    wavecast_ingest(night, "caf\xe9.csv.gz", 1, 100);
    assert_feed(night, "100 100 100 0 1");
    night_run(night, 0, "tidemark-revoke", "--reason", "x", "caf\xe9.csv.gz", NULL);
    assert_feed(night, "0 0 0 0 2");
}

static void a_successor_takes_its_place_in_one_step(void **state)
{
    Night *night = *state;
    char *report = wavecast_report(41, 120);

    wavecast_ingest(night, "a.csv.gz", 1, 50);
    wavecast_ingest(night, "b.csv.gz", 51, 100);
    night_write(night, "elsewhere/b2.csv", report);
    night_run_json(night, 0, "tidemark-supersede", "--reason", "restated", "b.csv.gz",
                   night_path(night, "elsewhere/b2.csv"), NULL);
    assert_feed(night, "120 120 120 0 4"); // 41 to 50 were a's, and are duplicates
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "120");
    assert_night_value(night,
                       "SELECT string_agg(concat_ws(' ', number, kind, streams), ', '\n"
                       "                  ORDER BY number)\n"
                       "  FROM tidemark.batch",
                       "1 counted 50, 2 counted 50, 3 revoked -50, 4 counted 70");
    assert_night_value(night,
                       "SELECT concat_ws(' ', old.state, old.state_reason, new.duplicate)\n"
                       "  FROM tidemark.report_file AS old\n"
                       "  JOIN tidemark.report_file AS new ON new.id = old.superseded_by",
                       "superseded restated 10");
    // Again: nothing more.
    night_run(night, 0, "tidemark-supersede", "--reason", "restated", "b.csv.gz",
              night_path(night, "elsewhere/b2.csv"), NULL);
    assert_feed(night, "120 120 120 0 4");
    free(report);
}

// Rows of the old file that stand in the new one with other content are what it is for; with rows of
// a third file that is a conflict all the same.
static void a_successor_may_contradict_the_old_file_and_no_other(void **state)
{
    Night *night = *state;
    char *report = wavecast_report(51, 100);
    char *at = strstr(report, "\n60,");

    wavecast_ingest(night, "a.csv.gz", 1, 50);
    wavecast_ingest(night, "b.csv.gz", 51, 100);
    at[strlen("\n60,2026-1")] = '1'; // row 60 is now one of November
    night_write(night, "elsewhere/b2.csv", report);
    night_run(night, 0, "tidemark-supersede", "--reason", "restated", "b.csv.gz",
              night_path(night, "elsewhere/b2.csv"), NULL);
    assert_night_value(night,
                       "SELECT sum(streams) FROM tidemark.usage_cell\n"
                       " WHERE lower(period) > '2026-10-31'",
                       "1");
    free(report);

    report = wavecast_report(40, 100);
    at = strstr(report, "\n45,");
    at[strlen("\n45,2026-1")] = '1';
    night_write(night, "elsewhere/b3.csv", report);
    night_run(night, 65, "tidemark-supersede", "--reason", "again", "b2.csv",
              night_path(night, "elsewhere/b3.csv"), NULL);
    assert_non_null(strstr(night_err(night), "the first is 45"));
    assert_feed(night, "100 100 100 0 4");
    free(report);
}

static void a_successor_can_be_tried(void **state)
{
    Night *night = *state;
    char *report = wavecast_report(1, 60);

    wavecast_ingest(night, "a.csv.gz", 1, 50);
    night_write(night, "elsewhere/a2.csv", report);
    night_run_json(night, 0, "tidemark-supersede", "--dry-run", "--reason", "x", "a.csv.gz",
                   night_path(night, "elsewhere/a2.csv"), NULL);
    assert_string_equal(night_cell(night, "effect", 0, "streams"), "4"); // of ten rows more
    assert_feed(night, "50 50 50 0 1");
    free(report);
}

// Before anything is committed: by release and payee, what the one loses and the other would earn.
static void what_a_payee_loses_or_earns_is_shown_before(void **state)
{
    Night *night = *state;
    char *report = wavecast_report(1, 60);

    wavecast_ingest(night, "a.csv.gz", 1, 50);
    night_write(night, "elsewhere/a2.csv", report);
    free(report);

    char *loss = night_value(night, "SELECT -0.003 * sum(monetised)\n"
                                    "  FROM tidemark.usage_cell WHERE release = '" UPC_1 "'");

    night_run_json(night, 0, "tidemark-revoke", "--dry-run", "--reason", "x", "a.csv.gz", NULL);
    assert_string_equal(night_cell(night, "effect", 0, "release"), UPC_1);
    assert_string_equal(night_cell(night, "effect", 0, "payee"), "A");
    assert_string_equal(night_cell(night, "effect", 0, "currency"), "EUR");
    assert_string_equal(night_cell(night, "effect", 0, "amount"), loss);
    free(loss);

    night_run_json(night, 0, "tidemark-supersede", "--dry-run", "--reason", "x", "a.csv.gz",
                   night_path(night, "elsewhere/a2.csv"), NULL);

    char *gain = memory_copy_text(night_cell(night, "effect", 0, "amount"));

    assert_string_equal(night_cell(night, "effect", 0, "payee"), "A");
    assert_feed(night, "50 50 50 0 1");
    night_run(night, 0, "tidemark-supersede", "--reason", "x", "a.csv.gz",
              night_path(night, "elsewhere/a2.csv"), NULL);
    money_accrue(night);

    char *all = night_value(night, "SELECT trim_scale(0.003 * sum(monetised))\n"
                                   "  FROM tidemark.usage_cell WHERE release = '" UPC_1 "'");
    char *balances = text_format("A %s EUR", all);
    char *sum = text_format("SELECT trim_scale(0.003 * sum(monetised) + %s) = %s\n"
                            "  FROM tidemark.usage_cell WHERE release = '" UPC_1 "' AND batch = 1",
                            gain, all);

    assert_balances(night, balances); // what was shown is what came of it
    assert_night_value(night, sum, "t");
    free(sum);
    free(balances);
    free(all);
    free(gain);
}

// What it changes in money may take minutes to tell. Here that waits for a lock that is held.
static void assert_feed_is_free_meanwhile(Night *night, const char *const words[])
{
    CommandResult result;

    night_settings(night, "payer: {name: Tidemark Test}\n"
                          "database: {lock_timeout_ms: 10000}\n"
                          "providers: {wavecast: {zone: Europe/Berlin}}\n");
    free(night_value(night, "BEGIN; LOCK TABLE tidemark.rate IN ACCESS EXCLUSIVE MODE"));

    Command *takeout = command_start(words, NULL, NULL);

    night_wait_for_locks(night, "1");
    night_settings(night, "payer: {name: Tidemark Test}\n"
                          "database: {lock_timeout_ms: 100}\n"
                          "providers: {wavecast: {zone: Europe/Berlin}}\n");
    wavecast_ingest(night, "meanwhile.csv", 101, 110);
    free(night_value(night, "COMMIT"));
    command_finish(takeout, COMMAND_TIMEOUT_S * 1000, &result);
    assert_int_equal(result.status, 0);
    command_result_free(&result);
}

static void a_feed_is_free_while_it_is_told_what_a_revoke_changes(void **state)
{
    Night *night = *state;

    wavecast_ingest(night, "a.csv.gz", 1, 50);
    assert_feed_is_free_meanwhile(
        night, (const char *const[]){"tidemark-revoke", "--reason", "x", "a.csv.gz", NULL});
    assert_feed(night, "0 110 10 100 3");
}

static void a_feed_is_free_while_it_is_told_what_a_successor_changes(void **state)
{
    Night *night = *state;
    char *report = wavecast_report(1, 60);

    wavecast_ingest(night, "a.csv.gz", 1, 50);
    night_write(night, "elsewhere/a2.csv", report);
    assert_feed_is_free_meanwhile(
        night, (const char *const[]){"tidemark-supersede", "--reason", "x", "a.csv.gz",
                                     night_path(night, "elsewhere/a2.csv"), NULL});
    assert_feed(night, "60 110 70 40 4");
    free(report);
}

// An odd recording, and a territory that nobody knows: aggregate leaves both in suspense, though their
// release has a rate and a split.
static void what_waits_is_no_loss_of_a_payees(void **state)
{
    Night *night = *state;

    night_write(night, "inbox/wavecast/a.csv",
                "id,time,isrc,upc,country,tier,seconds\n"
                "1,2026-10-01T12:00:00Z,ODD-1," UPC_1 ",DE,premium,31\n"
                "2,2026-10-01T12:00:00Z," ISRC_1 "," UPC_1 ",ATLANTIS,premium,31\n");
    night_run(night, 0, "tidemark-ingest", NULL);
    money_accrue(night);
    assert_balances(night, "");
    night_run_json(night, 0, "tidemark-revoke", "--dry-run", "--reason", "x", "a.csv", NULL);
    assert_string_equal(night_cell(night, "effect", 0, "release"), UPC_1);
    assert_string_equal(night_cell(night, "effect", 0, "streams"), "-2");
    assert_string_equal(night_cell(night, "effect", 0, "payee"), "");
    assert_string_equal(night_cell(night, "effect", 0, "amount"), "");
}

static void a_restated_report_supersedes_by_the_command_that_the_refusal_names(void **state)
{
    Night *night = *state;

    night_feed(night, "sales",
               "provider: wavecast\n"
               "zone: UTC\n"
               "identity: line\n"
               "columns: {recording: isrc, territory: country, quantity: quantity,\n"
               "          amount: revenue, currency: {constant: EUR}, period: month}\n"
               "monetised: {by: all}\n");
    night_write(night, "inbox/sales/a.csv",
                "isrc,country,quantity,revenue,month\nDEA629900001,DE,3,0.03,2026-10\n");
    night_run(night, 0, "tidemark-ingest", NULL);
    night_write(night, "inbox/sales/a.csv",
                "isrc,country,quantity,revenue,month\nDEA629900001,DE,5,0.051,2026-10\n");
    night_run(night, 65, "tidemark-ingest", NULL);

    char *sha256 = night_value(night, "SELECT sha256 FROM tidemark.report_file");

    night_run(night, 0, "tidemark-supersede", "--feed", "sales", sha256,
              night_path(night, "inbox/sales/a.csv"), "--reason", "restated", NULL);
    assert_night_value(night,
                       "SELECT concat_ws(' ', sum(streams), sum(amount)) FROM tidemark.usage_cell",
                       "5 0.051");
    assert_night_value(
        night, "SELECT concat_ws(' ', counted, last_batch, last_ordinal) FROM tidemark.tide",
        "1 3 2");
    assert_false(night_has(night, "inbox/sales/a.csv"));
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_non_null(strstr(night_out(night), "inbox is empty"));
    free(sha256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(a_revoked_file_leaves_neither_streams_nor_ids),
        NIGHT_TEST(the_ids_of_a_revoked_file_count_when_they_come_again),
        NIGHT_TEST(a_file_that_is_revoked_while_rows_are_held_against_it_is_read_past),
        NIGHT_TEST(a_revoke_can_be_tried_and_is_done_once),
        NIGHT_TEST(a_file_is_revoked_by_whatever_name_it_has),
        NIGHT_TEST(a_successor_takes_its_place_in_one_step),
        NIGHT_TEST(a_successor_may_contradict_the_old_file_and_no_other),
        NIGHT_TEST(a_successor_can_be_tried),
        MONEY_TEST(what_a_payee_loses_or_earns_is_shown_before),
        NIGHT_TEST(a_feed_is_free_while_it_is_told_what_a_revoke_changes),
        NIGHT_TEST(a_feed_is_free_while_it_is_told_what_a_successor_changes),
        MONEY_TEST(what_waits_is_no_loss_of_a_payees),
        NIGHT_TEST(a_restated_report_supersedes_by_the_command_that_the_refusal_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
