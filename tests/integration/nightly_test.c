#include "support/demo.h"

#include "base/memory.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { NIGHT_TIMEOUT_MS = 60000 };

// The steps of the last night as text, a line each: name, status, and what it says.
static char *steps_of(const json_t *document)
{
    Text text = {0};
    size_t index = 0;
    json_t *step = NULL;

    json_array_foreach(json_object_get(document, "steps"), index, step)
    {
        json_t *status = json_object_get(step, "status");

        text_append(&text, json_string_value(json_object_get(step, "step")));
        if (json_is_integer(status))
            text_append_format(&text, " %d", (int)json_integer_value(status));
        text_append_format(&text, ": %s\n", json_string_value(json_object_get(step, "what")));
    }
    return text_take(&text);
}

static void assert_steps(const json_t *document, const char *expected)
{
    char *steps = steps_of(document);

    assert_string_equal(steps, expected);
    free(steps);
}

// The programs in a folder of the test's own, so that it can replace some of them.
static const char *install(Night *night)
{
    static const char *const stages[] = {"ingest", "aggregate",  "request",
                                         "export", "distribute", "deliver"};
    char *nightly = command_program_path("tidemark-nightly");

    night_write(night, "bin/made", "");
    night_run(night, 0, "cp", nightly, night_path(night, "bin"), NULL);
    free(nightly);
    for (size_t i = 0; i < COUNT_OF(stages); i++) {
        char *name = text_format("tidemark-%s", stages[i]);
        char *program = command_program_path(name);

        night_run(night, 0, "ln", "-s", program, night_path(night, "bin"), NULL);
        free(program);
        free(name);
    }
    return night_path(night, "bin/tidemark-nightly");
}

static void replace(Night *night, const char *stage, const char *script)
{
    char *place = text_format("bin/tidemark-%s", stage);
    char *text = text_format("#!/bin/sh\n%s\n", script);

    night_run(night, 0, "rm", night_path(night, place), NULL);
    night_write(night, place, text);
    night_run(night, 0, "chmod", "755", night_path(night, place), NULL);
    free(text);
    free(place);
}

static void a_night_runs_its_steps_in_the_order_of_the_flow(void **state)
{
    Night *night = *state;

    assert_steps(night_run_json(night, 0, "tidemark-nightly", NULL),
                 "ingest --reconcile 0: Every archived report is known to the database.\n"
                 "ingest 0: The inbox is empty.\n"
                 "aggregate 0: Nothing is new.\n"
                 "request 0: No new accrual. Nothing to request.\n"
                 "export 0: No payment request waits to be exported.\n"
                 "distribute 0: No release is due.\n"
                 "deliver 0: Nothing to deliver, and no answers.\n");
    assert_night_value(night,
                       "SELECT concat_ws(' ', number, stage, state, exit_status) FROM tidemark.run",
                       "1 nightly finished 0");
}

static void a_dry_night_runs_nothing_and_leaves_no_record(void **state)
{
    Night *night = *state;
    const json_t *document = night_run_json(night, 0, "tidemark-nightly", "--dry-run", NULL);
    const json_t *steps = json_object_get(document, "steps");

    assert_int_equal(json_array_size(steps), 7);
    assert_string_equal(night_cell(night, "steps", 6, "what"), "would be run");
    assert_night_value(night, "SELECT count(*) FROM tidemark.run", "0");
}

static void refused_data_hold_up_nobody(void **state)
{
    Night *night = *state;

    night_write(night, "inbox/wavecast/broken.csv", "no,such,columns\n1,2,3\n");
    night_run_json(night, 65, "tidemark-nightly", NULL);
    assert_string_equal(night_cell(night, "steps", 2, "what"), "Nothing is new.");
    assert_string_equal(night_cell(night, "problems", 0, "step"), "ingest");
    assert_non_null(strstr(night_cell(night, "problems", 0, "problem"), "broken.csv"));

    night_run(night, 0, "tidemark-runs", "show", "1", NULL);
    assert_non_null(strstr(night_out(night), "broken.csv"));
}

// It is as if it were refused: the next night has it whole.
static void a_report_that_is_still_being_written_holds_up_nobody(void **state)
{
    Night *night = *state;
    CommandResult result;
    char *report = wavecast_report(1, 10);
    char *command = text_format("echo >>'%s'", night_path(night, "inbox/wavecast/a.csv"));

    night_write(night, "inbox/wavecast/a.csv", report);
    free(night_value(night, "BEGIN; LOCK TABLE tidemark.report_file IN ACCESS EXCLUSIVE MODE"));

    Command *nightly = command_start((const char *const[]){"tidemark-nightly", NULL}, NULL, NULL);

    night_wait_for_locks(night, "1");
    night_run(night, 0, "sh", "-c", command, NULL);
    free(night_value(night, "COMMIT"));
    command_finish(nightly, NIGHT_TIMEOUT_MS, &result);
    if (result.status != 65)
        fail_msg("exited with %d, expected 65\n%s", result.status, result.out);
    assert_non_null(strstr(result.out, "Nothing is new."));
    command_result_free(&result);
    night_run(night, 0, "tidemark-nightly", NULL);
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "10");
    free(command);
    free(report);
}

static void a_chain_ends_where_it_cannot_go_on_and_the_other_goes_on(void **state)
{
    Night *night = *state;

    // As if another run of aggregate were under way.
    free(night_value(
        night, "SELECT pg_advisory_lock(hashtextextended('tidemark run tidemark-aggregate', 0))"));
    assert_steps(night_run_json(night, 75, "tidemark-nightly", NULL),
                 "ingest --reconcile 0: Every archived report is known to the database.\n"
                 "ingest 0: The inbox is empty.\n"
                 "aggregate 75: another run of \"tidemark-aggregate\" is under way\n"
                 "request: not run, since aggregate ended with status 75\n"
                 "export: not run, since aggregate ended with status 75\n"
                 "distribute 0: No release is due.\n"
                 "deliver 0: Nothing to deliver, and no answers.\n");
    free(night_value(night, "SELECT pg_advisory_unlock_all()"));
    assert_night_value(night, "SELECT exit_status FROM tidemark.run", "75");

    night_run(night, 0, "tidemark-runs", "show", "1", NULL);
    assert_non_null(strstr(night_out(night), "not run, since aggregate ended with status 75"));
}

static void a_payout_run_that_the_database_does_not_know_stops_payment_alone(void **state)
{
    Night *night = *state;

    night_write(night, "payouts/000009/payments.csv", "");
    night_run_json(night, 78, "tidemark-nightly", NULL);
    assert_non_null(strstr(night_cell(night, "steps", 3, "what"), "tidemark export --adopt 9"));
    assert_string_equal(night_cell(night, "steps", 6, "what"),
                        "Nothing to deliver, and no answers.");
}

static void the_exit_status_is_the_worst_of_all(void **state)
{
    Night *night = *state;
    const char *nightly = install(night);

    replace(night, "ingest", "exit 65");
    replace(night, "export", "exit 73");
    replace(night, "distribute", "exit 75");
    night_run(night, 73, nightly, NULL);
    replace(night, "deliver", "exit 77"); // not run, since distribute was not
    night_run(night, 73, nightly, NULL);
    replace(night, "distribute", "exit 0");
    night_run(night, 77, nightly, NULL);
    assert_night_value(
        night, "SELECT string_agg(exit_status::text, ' ' ORDER BY number) FROM tidemark.run",
        "73 73 77");
}

static void a_stage_that_ends_in_no_way_of_ours_is_a_fault_of_tidemark(void **state)
{
    Night *night = *state;
    const char *nightly = install(night);

    replace(night, "ingest", "exit 0");
    replace(night, "aggregate", "exit 3");
    replace(night, "distribute", "kill -9 $$");
    assert_steps(night_run_json(night, 70, nightly, NULL),
                 "ingest --reconcile 0: \n"
                 "ingest 0: \n"
                 "aggregate 70: exited with status 3\n"
                 "request: not run, since aggregate ended with status 70\n"
                 "export: not run, since aggregate ended with status 70\n"
                 "distribute 70: ended by signal 9 (Killed)\n"
                 "deliver: not run, since distribute ended with status 70\n");
}

static void a_stage_whose_program_is_missing_ends_the_night_on_record(void **state)
{
    Night *night = *state;
    const char *nightly = install(night);
    const char *aggregate = night_path(night, "bin/tidemark-aggregate");
    char *message = text_format("could not execute \"%s\": No such file or directory", aggregate);

    night_run(night, 0, "rm", aggregate, NULL);
    night_run_json(night, 69, nightly, NULL);
    assert_string_equal(night_cell(night, "steps", 2, "what"), message);
    assert_string_equal(night_cell(night, "steps", 6, "what"),
                        "not run, since aggregate ended with status 69");
    assert_night_value(night, "SELECT concat_ws(' ', state, exit_status) FROM tidemark.run",
                       "finished 69");
    free(message);
}

static void no_step_begins_after_the_deadline(void **state)
{
    Night *night = *state;
    const char *nightly = install(night);

    night_settings(night, "payer: {name: Tidemark Test}\n"
                          "night: {deadline: 1 s}\n"
                          "providers: {wavecast: {zone: Europe/Berlin}}\n");
    replace(night, "ingest", "exec sleep 60");
    assert_steps(night_run_json(night, 75, nightly, NULL),
                 "ingest --reconcile 75: ended at the night's deadline\n"
                 "ingest: not run, since ingest --reconcile ended with status 75\n"
                 "aggregate: not run, since ingest --reconcile ended with status 75\n"
                 "request: not run, since ingest --reconcile ended with status 75\n"
                 "export: not run, since ingest --reconcile ended with status 75\n"
                 "distribute: not run, since the night's deadline has passed\n"
                 "deliver: not run, since the night's deadline has passed\n");
    assert_night_value(night, "SELECT concat_ws(' ', state, exit_status) FROM tidemark.run",
                       "finished 75");
    night_run(night, 75, nightly, NULL);
    assert_non_null(strstr(night_out(night), "Night 2; not run: ingest, aggregate, "));
}

static Command *start(const char *program)
{
    return command_start((const char *const[]){program, NULL}, NULL, NULL);
}

static void finish(Command *command, int status)
{
    CommandResult result;

    command_finish(command, NIGHT_TIMEOUT_MS, &result);
    assert_int_equal(result.status, status);
    command_result_free(&result);
}

static void a_second_night_is_busy_and_one_that_was_killed_shows_as_interrupted(void **state)
{
    Night *night = *state;
    const char *nightly = install(night);

    replace(night, "ingest", "exec sleep 60");

    Command *first = start(nightly);

    night_wait(night, "SELECT state FROM tidemark.run", "running");
    night_run(night, 75, "tidemark-nightly", NULL);
    assert_non_null(strstr(night_err(night), "is under way"));
    night_run_json(night, 0, "tidemark-runs", NULL);
    assert_string_equal(night_cell(night, "runs", 0, "state"), "running");

    assert_int_equal(kill(-command_pid(first), SIGKILL), 0);
    finish(first, 128 + SIGKILL);
    night_wait(night, "SELECT tidemark.is_running('nightly')", "f");
    night_run_json(night, 0, "tidemark-runs", NULL);
    assert_string_equal(night_cell(night, "runs", 0, "state"), "interrupted");
    night_run(night, 0, "tidemark-status", NULL);
    assert_non_null(strstr(night_out(night), "the last night was interrupted"));

    night_run(night, 0, "tidemark-nightly", NULL);
    assert_night_value(
        night,
        "SELECT string_agg(concat_ws(' ', number, state, exit_status), ', ' ORDER BY number)\n"
        "  FROM tidemark.run",
        "1 interrupted, 2 finished 0");
    night_run(night, 0, "tidemark-runs", "show", "1", NULL);
    assert_non_null(strstr(night_out(night), "interrupted"));
}

static void runs_are_listed_newest_first_and_an_unknown_one_is_refused(void **state)
{
    Night *night = *state;

    night_run(night, 0, "tidemark-runs", NULL);
    assert_string_equal(night_out(night), "There was no night yet; `tidemark nightly` runs one.\n");
    night_run(night, 0, "tidemark-nightly", NULL);
    night_run(night, 0, "tidemark-nightly", NULL);
    night_run_json(night, 0, "tidemark-runs", NULL);
    assert_string_equal(night_cell(night, "runs", 0, "number"), "2");
    assert_string_equal(night_cell(night, "runs", 1, "number"), "1");
    assert_steps(night_run_json(night, 0, "tidemark-runs", "show", "2", NULL),
                 "ingest --reconcile 0: Every archived report is known to the database.\n"
                 "ingest 0: The inbox is empty.\n"
                 "aggregate 0: Nothing is new.\n"
                 "request 0: No new accrual. Nothing to request.\n"
                 "export 0: No payment request waits to be exported.\n"
                 "distribute 0: No release is due.\n"
                 "deliver 0: Nothing to deliver, and no answers.\n");
    night_run(night, 65, "tidemark-runs", "show", "3", NULL);
    assert_non_null(strstr(night_err(night), "run 3: there is none; `tidemark runs`"));
    night_run(night, 64, "tidemark-runs", "show", NULL);
}

static void a_record_is_closed_though_the_server_ended_its_connection(void **state)
{
    Night *night = *state;
    const char *nightly = install(night);

    // The server ends whoever has been idle, as when it restarts, but the lock's own connection.
    replace(night, "ingest",
            "psql -qAt -c \"SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'tidemark-nightly' AND datname = current_database()\"");
    night_run(night, 0, nightly, NULL);
    assert_night_value(night, "SELECT concat_ws(' ', state, exit_status) FROM tidemark.run",
                       "finished 0");
}

// Every column of every table and view that tidemark_reader may read, searched for what the
// catalogue has of bank accounts; but for the name of a holder that is the payee's own.
static const char bank_data_that_readers_see[] =
    "CREATE TEMPORARY TABLE secret AS\n"
    "SELECT DISTINCT word FROM tidemark.payee\n"
    " CROSS JOIN LATERAL unnest(ARRAY[iban, account_holder, account_number]) AS word\n"
    " WHERE word <> '' AND word NOT IN (SELECT name FROM tidemark.payee);\n"
    "CREATE TEMPORARY TABLE seen (place text);\n"
    "DO $$\n"
    "DECLARE place record;\n"
    "BEGIN\n"
    "    FOR place IN\n"
    "        SELECT attrelid::regclass AS relation, quote_ident(attname) AS name\n"
    "          FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid\n"
    "         WHERE relnamespace = 'tidemark'::regnamespace AND relkind IN ('r', 'v', 'p', 'm')\n"
    "           AND attnum > 0 AND NOT attisdropped\n"
    "           AND has_column_privilege('tidemark_reader', attrelid, attnum, 'SELECT')\n"
    "    LOOP\n"
    "        EXECUTE format('INSERT INTO seen SELECT DISTINCT %L || secret.word FROM secret'\n"
    "                       ' JOIN %s AS source ON strpos(source.%s::text, secret.word) > 0',\n"
    "                       place.relation || '.' || place.name || ': ', place.relation,\n"
    "                       place.name);\n"
    "    END LOOP;\n"
    "END $$;\n"
    "SELECT string_agg(place, '; ' ORDER BY place) FROM seen";

static void what_readers_see_of_a_night_has_no_bank_accounts(void **state)
{
    Night *night = *state;

    free(demo_run(night, "night"));
    assert_night_value(night, "SELECT count(*) > 0 FROM tidemark.instruction WHERE iban <> ''",
                       "t");
    assert_night_value(night, bank_data_that_readers_see, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(a_night_runs_its_steps_in_the_order_of_the_flow),
        NIGHT_TEST(a_dry_night_runs_nothing_and_leaves_no_record),
        NIGHT_TEST(refused_data_hold_up_nobody),
        NIGHT_TEST(a_report_that_is_still_being_written_holds_up_nobody),
        NIGHT_TEST(a_chain_ends_where_it_cannot_go_on_and_the_other_goes_on),
        NIGHT_TEST(a_payout_run_that_the_database_does_not_know_stops_payment_alone),
        NIGHT_TEST(the_exit_status_is_the_worst_of_all),
        NIGHT_TEST(a_stage_that_ends_in_no_way_of_ours_is_a_fault_of_tidemark),
        NIGHT_TEST(a_stage_whose_program_is_missing_ends_the_night_on_record),
        NIGHT_TEST(no_step_begins_after_the_deadline),
        NIGHT_TEST(a_second_night_is_busy_and_one_that_was_killed_shows_as_interrupted),
        NIGHT_TEST(runs_are_listed_newest_first_and_an_unknown_one_is_refused),
        NIGHT_TEST(a_record_is_closed_though_the_server_ended_its_connection),
        NIGHT_TEST(what_readers_see_of_a_night_has_no_bank_accounts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
