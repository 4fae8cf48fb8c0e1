/**
 * Invariant 8: a change of state and the event that announces it are one; delivery is at least once under
 * a key that stays, its effect exactly once; a state that is not allowed cannot be stored.
 */
#include "support/night.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define UPC "4006381333931"
#define OTHER_UPC "4060123450034"
#define EVENT "wavecast-" UPC "-1"

static void make_catalogue(Night *night)
{
    free(night_value(
        night,
        "INSERT INTO tidemark.label (key, name) VALUES ('harbour', 'Harbour'), ('reef', 'Reef')"));
    free(night_value(
        night,
        "INSERT INTO tidemark.artist (key, name, label) "
        "SELECT 'ebb', 'Ebb & Flow', label.id FROM tidemark.label WHERE label.key = 'harbour'"));
}

static void make_approved(Night *night, const char *upc, const char *date)
{
    night_run(night, 0, "tidemark-release", "create", upc, "--title", "Low Water", "--artist",
              "ebb", NULL);
    night_run(night, 0, "tidemark-release", "add-song", upc, "DEA762600001", "--title",
              "Spring Tide", NULL);
    night_run(night, 0, "tidemark-release", "propose", upc, date, NULL);
    night_run(night, 0, "tidemark-release", "approve", upc, "--label", "harbour", NULL);
}

static void assert_state(Night *night, const char *expected)
{
    assert_night_value(night, "SELECT state FROM tidemark.release WHERE code = " UPC, expected);
}

static void an_approved_release_without_a_date_cannot_be_stored(void **state)
{
    Night *night = *state;

    make_catalogue(night);
    make_approved(night, UPC, "2026-11-20");
    assert_night_value(night,
                       "DO $$ BEGIN UPDATE tidemark.release SET approved_date = NULL; "
                       "RAISE 'stored'; EXCEPTION WHEN check_violation THEN NULL; END $$",
                       "");
    assert_night_value(night, "SELECT approved_date FROM tidemark.release", "2026-11-20");
}

static void a_release_that_is_due_is_set_with_an_event_in_one_transaction(void **state)
{
    Night *night = *state;

    make_catalogue(night);
    make_approved(night, UPC, "2026-11-20");
    night_run(night, 0, "tidemark-distribute", "--date", "2026-11-01", NULL);
    assert_state(night, "approved");
    assert_night_value(night, "SELECT count(*) FROM tidemark.outbox_event", "0");
    night_run(night, 0, "tidemark-distribute", "--date", "2026-11-25", NULL); // the day was missed
    assert_state(night, "set_for_distribution");
    assert_night_value(night, "SELECT string_agg(key, ' ') FROM tidemark.outbox_event", EVENT);
    assert_night_value(night,
                       "SELECT (SELECT DISTINCT xmin FROM tidemark.release)::text = "
                       "(SELECT xmin FROM tidemark.outbox_event)::text",
                       "t");
    night_run(night, 0, "tidemark-distribute", "--date", "2026-11-25", NULL);
    assert_night_value(night, "SELECT count(*) FROM tidemark.outbox_event", "1");
}

static void a_trial_of_a_distribution_changes_nothing(void **state)
{
    Night *night = *state;

    make_catalogue(night);
    make_approved(night, UPC, "2026-11-20");
    night_run(night, 0, "tidemark-distribute", "--date", "2026-11-25", "--dry-run", NULL);
    assert_state(night, "approved");
    assert_night_value(night,
                       "SELECT (SELECT count(*) FROM tidemark.outbox_event) || ' ' ||"
                       "       (SELECT count(*) FROM tidemark.provider)",
                       "0 0");
}

static void a_zone_that_the_server_does_not_know_is_a_fault_of_the_settings(void **state)
{
    Night *night = *state;

    night_settings(night, "payer: {name: Test}\n"
                          "providers: {wavecast: {zone: Europe/Berln, drop_folder: ../drop}}\n");
    night_run(night, 78, "tidemark-distribute", NULL);
    assert_told(night, "Europe/Berln");
    night_run(night, 78, "tidemark-deliver", NULL);
}

static void an_event_that_cannot_be_written_leaves_the_release_as_it_was(void **state)
{
    Night *night = *state;

    make_catalogue(night);
    make_approved(night, UPC, "2026-11-20");
    free(
        night_value(night, "ALTER TABLE tidemark.outbox_event ADD CONSTRAINT never CHECK (false)"));
    night_run(night, 70, "tidemark-distribute", "--date", "2026-11-25", NULL);
    assert_state(night, "approved");
    assert_night_value(
        night,
        "SELECT count(*) FROM tidemark.release_history WHERE to_state = 'set_for_distribution'",
        "0");
}

static void one_bad_release_never_stops_the_others(void **state)
{
    Night *night = *state;

    make_catalogue(night);
    make_approved(night, UPC, "2026-11-20");
    make_approved(night, OTHER_UPC, "2026-11-21");
    free(night_value(
        night,
        "UPDATE tidemark.recording_on_release SET until_version = 1000000 WHERE release = " UPC));
    night_run(night, 65, "tidemark-distribute", "--date", "2026-11-25", NULL);
    assert_state(night, "approved");
    assert_night_value(night, "SELECT state FROM tidemark.release WHERE code = " OTHER_UPC,
                       "set_for_distribution");
}

static void delivering_again_after_a_crash_leaves_one_file_under_the_same_key(void **state)
{
    Night *night = *state;

    make_catalogue(night);
    make_approved(night, UPC, "2026-11-20");
    night_run(night, 0, "tidemark-distribute", "--date", "2026-11-25", NULL);
    night_run(night, 0, "tidemark-deliver", NULL);
    assert_true(night_has(night, "drop/wavecast/" EVENT ".json"));
    // As if the machine had stopped between the file and the commit.
    free(night_value(night,
                     "UPDATE tidemark.outbox_event SET state = 'pending', delivered_at = NULL"));
    night_run(night, 0, "tidemark-deliver", NULL);
    assert_night_value(night, "SELECT state FROM tidemark.outbox_event", "delivered");

    CommandResult result;

    command_run((const char *const[]){"ls", night_path(night, "drop/wavecast"), NULL}, NULL,
                &result);
    assert_string_equal(result.out, EVENT ".json\n");
    command_result_free(&result);
}

static void it_is_distributed_when_all_said_yes_and_the_date_is_reached(void **state)
{
    Night *night = *state;

    make_catalogue(night);
    make_approved(night, UPC, "2026-11-20");
    night_run(night, 0, "tidemark-distribute", "--date", "2026-11-20", NULL);
    night_run(night, 0, "tidemark-deliver", "--date", "2026-11-20", NULL);
    assert_state(night, "set_for_distribution"); // nobody has answered
    night_write(night, "answers/wavecast/1.json",
                "{\"key\": \"" EVENT "\", \"answer\": \"accepted\"}");
    night_run(night, 0, "tidemark-deliver", "--date", "2026-11-19", NULL);
    assert_night_value(night, "SELECT state FROM tidemark.outbox_event", "acknowledged");
    assert_state(night, "set_for_distribution"); // its date is not reached
    assert_false(night_has(night, "answers/wavecast/1.json"));
    night_run(night, 0, "tidemark-deliver", "--date", "2026-11-20", NULL);
    assert_state(night, "distributed");
}

static void the_same_answer_twice_changes_nothing_and_another_is_refused(void **state)
{
    Night *night = *state;

    make_catalogue(night);
    make_approved(night, UPC, "2026-11-20");
    night_run(night, 0, "tidemark-distribute", "--date", "2026-11-20", NULL);
    night_run(night, 0, "tidemark-deliver", NULL);
    night_write(night, "answers/wavecast/1.json",
                "{\"key\": \"" EVENT "\", \"answer\": \"accepted\"}");
    night_write(night, "answers/wavecast/2.json",
                "{\"key\": \"" EVENT "\", \"answer\": \"accepted\"}");
    night_write(night, "answers/wavecast/3.json",
                "{\"key\": \"" EVENT "\", \"answer\": \"rejected\"}");
    night_write(night, "answers/wavecast/4.json",
                "{\"key\": \"wavecast-1-1\", \"answer\": \"accepted\"}");
    night_write(night, "answers/wavecast/5.json", "{\"key\": ");
    night_run(night, 65, "tidemark-deliver", NULL);
    assert_night_value(night, "SELECT state FROM tidemark.outbox_event", "acknowledged");
    assert_false(night_has(night, "answers/wavecast/2.json"));
    assert_true(night_has(night, "answers/wavecast/3.json"));
    assert_true(night_has(night, "answers/wavecast/4.json"));
    assert_true(night_has(night, "answers/wavecast/5.json"));
}

// A provider writes it under another name first, and renames it once it is whole.
static void an_answer_is_read_once_it_is_called_one(void **state)
{
    Night *night = *state;

    make_catalogue(night);
    make_approved(night, UPC, "2026-11-20");
    night_run(night, 0, "tidemark-distribute", "--date", "2026-11-20", NULL);
    night_run(night, 0, "tidemark-deliver", NULL);
    night_write(night, "answers/wavecast/1.json.part",
                "{\"key\": \"" EVENT "\", \"answer\": \"acc");
    night_run(night, 0, "tidemark-deliver", NULL);
    assert_told(night, "1.json.part");
    night_write(night, "answers/wavecast/1.json.part",
                "{\"key\": \"" EVENT "\", \"answer\": \"accepted\"}");
    night_run(night, 0, "tidemark-deliver", NULL);
    assert_true(night_has(night, "answers/wavecast/1.json.part"));
    assert_night_value(night, "SELECT state FROM tidemark.outbox_event", "delivered");
}

// The reason is cut to fit, here within a letter.
static void an_answer_is_told_however_long_its_reason_is(void **state)
{
    Night *night = *state;
    Text answer = {0};

    make_catalogue(night);
    make_approved(night, UPC, "2026-11-20");
    night_run(night, 0, "tidemark-distribute", "--date", "2026-11-20", NULL);
    night_run(night, 0, "tidemark-deliver", NULL);
    text_append(&answer, "{\"key\": \"" EVENT "\", \"answer\": \"rejected\", \"reason\": \"");
    for (int i = 0; i < 300; i++)
        text_append(&answer, "ü");
    text_append(&answer, "\"}");
    night_write(night, "answers/wavecast/1.json", text_bytes(&answer));
    night_run_json(night, 0, "tidemark-deliver", NULL);
    assert_string_equal(night_cell(night, "events", 0, "outcome"), "rejected");
    text_free(&answer);
}

static void a_delivery_that_fails_is_tried_again_and_given_up_in_the_end(void **state)
{
    Night *night = *state;

    night_settings(night,
                   "payer:\n  name: Test\nproviders:\n  wavecast:\n    zone: Europe/Berlin\n"
                   "    drop_folder: ../blocked/drop\n    delivery:\n      attempts_max: 2\n");
    make_catalogue(night);
    make_approved(night, UPC, "2026-11-20");
    night_run(night, 0, "tidemark-distribute", "--date", "2026-11-20", NULL);
    night_write(night, "blocked", "a file where a folder should be");
    night_run(night, 69, "tidemark-deliver", NULL);
    assert_night_value(night, "SELECT state || ' ' || attempts FROM tidemark.outbox_event",
                       "pending 1");
    night_run(night, 0, "tidemark-deliver", NULL); // it is not time yet
    assert_night_value(night, "SELECT attempts FROM tidemark.outbox_event", "1");
    free(night_value(night, "UPDATE tidemark.outbox_event SET next_attempt_at = now()"));
    night_run(night, 69, "tidemark-deliver", NULL);
    assert_night_value(night, "SELECT state FROM tidemark.outbox_event", "given_up");
    night_run(night, 69, "tidemark-deliver", "--retry", EVENT, NULL);
    assert_night_value(night, "SELECT state || ' ' || attempts FROM tidemark.outbox_event",
                       "pending 1");
}

static void a_withdrawal_is_told_to_whom_the_release_was_told_and_after_it(void **state)
{
    Night *night = *state;

    make_catalogue(night);
    make_approved(night, UPC, "2026-11-20");
    make_approved(night, OTHER_UPC, "2026-11-20");
    night_run(night, 0, "tidemark-release", "withdraw", OTHER_UPC, "--reason", "rights", NULL);
    assert_night_value(night, "SELECT count(*) FROM tidemark.outbox_event",
                       "0"); // nobody knew of it
    night_run(night, 0, "tidemark-distribute", "--date", "2026-11-20", NULL);
    night_run(night, 0, "tidemark-release", "withdraw", UPC, "--reason", "rights", NULL);
    assert_state(night, "withdrawn");
    assert_night_value(night,
                       "SELECT string_agg(kind, ' ' ORDER BY number) FROM tidemark.outbox_event",
                       "distribute withdraw");
    // While the first one waits, its follower waits too.
    free(night_value(night, "UPDATE tidemark.outbox_event SET next_attempt_at = now() + interval "
                            "'1 hour' WHERE number = 1"));
    night_run(night, 0, "tidemark-deliver", NULL);
    assert_night_value(night, "SELECT count(*) FROM tidemark.outbox_event WHERE state = 'pending'",
                       "2");
    free(night_value(night, "UPDATE tidemark.outbox_event SET next_attempt_at = now()"));
    night_run(night, 0, "tidemark-deliver", NULL);
    assert_night_value(night,
                       "SELECT count(*) FROM tidemark.outbox_event WHERE state = 'delivered'", "2");
}

// It would bring a release back to a shelf that was told to take it away.
static void an_event_that_a_later_one_has_overtaken_is_not_taken_up_again(void **state)
{
    Night *night = *state;

    make_catalogue(night);
    make_approved(night, UPC, "2026-11-20");
    night_run(night, 0, "tidemark-distribute", "--date", "2026-11-20", NULL);
    night_run(night, 0, "tidemark-deliver", NULL);
    night_write(night, "answers/wavecast/1.json",
                "{\"key\": \"" EVENT "\", \"answer\": \"rejected\", \"reason\": \"no cover\"}");
    night_run(night, 0, "tidemark-deliver", NULL);
    night_run(night, 0, "tidemark-release", "withdraw", UPC, "--reason", "rights", NULL);
    night_run(night, 0, "tidemark-deliver", NULL);
    night_run(night, 65, "tidemark-deliver", "--retry", EVENT, NULL);
    assert_night_value(
        night, "SELECT string_agg(state::text, ' ' ORDER BY number) FROM tidemark.outbox_event",
        "rejected delivered");
    night_write(night, "answers/wavecast/2.json",
                "{\"key\": \"wavecast-" UPC "-2\", \"answer\": \"accepted\"}");
    night_run(night, 0, "tidemark-deliver", NULL);
    assert_int_equal(json_array_size(json_object_get(
                         night_run_json(night, 0, "tidemark-status", NULL), "events")),
                     0);
}

static void only_the_artists_own_label_approves_and_both_dates_are_kept(void **state)
{
    Night *night = *state;

    make_catalogue(night);
    night_run(night, 0, "tidemark-release", "create", UPC, "--title", "Low Water", "--artist",
              "ebb", NULL);
    night_run(night, 0, "tidemark-release", "propose", UPC, "2026-11-20", NULL);
    night_run(night, 65, "tidemark-release", "approve", UPC, "--label", "harbour",
              NULL); // it has no song
    night_run(night, 0, "tidemark-release", "add-song", UPC, "DEA762600001", "--title",
              "Spring Tide", NULL);
    night_run(night, 77, "tidemark-release", "approve", UPC, "--label", "reef", NULL);
    night_run(night, 0, "tidemark-release", "approve", UPC, "2026-11-27", "--label", "harbour",
              NULL);
    assert_night_value(night, "SELECT proposed_date || ' ' || approved_date FROM tidemark.release",
                       "2026-11-20 2026-11-27");
    night_run(night, 65, "tidemark-release", "add-song", UPC, "DEA762600002", "--title", "Mudflats",
              NULL);
    assert_night_value(
        night,
        "SELECT string_agg(to_state::text, ' ' ORDER BY number) FROM tidemark.release_history",
        "created proposed approved");
}

static void an_empty_title_or_reason_is_a_wrong_command_line(void **state)
{
    Night *night = *state;

    make_catalogue(night);
    night_run(night, 64, "tidemark-release", "create", UPC, "--title", "", "--artist", "ebb", NULL);
    night_run(night, 64, "tidemark-release", "create", UPC, "--title", "Low Water", "--artist",
              "ebb", "--reason", "", NULL);
    night_run(night, 0, "tidemark-release", "create", UPC, "--title", "Low Water", "--artist",
              "ebb", NULL);
    night_run(night, 64, "tidemark-release", "add-song", UPC, "DEA762600001", "--title", "", NULL);
    night_run(night, 64, "tidemark-release", "withdraw", UPC, "--reason", "", NULL);
    assert_state(night, "created");
}

static void a_released_title_is_found_by_a_misspelt_one_the_nearest_first(void **state)
{
    Night *night = *state;

    make_catalogue(night);
    free(night_value(night,
                     "INSERT INTO tidemark.release (bucket, code, title, artist, since_version, "
                     "state, proposed_date, "
                     "approved_date, set_at, distributed_at) "
                     "SELECT tidemark.bucket_of(row.code, 0), row.code, row.title, artist.id, 1, "
                     "       CASE WHEN row.code < 40 THEN 'distributed' ELSE 'approved' "
                     "END::tidemark.release_state, "
                     "       '2026-01-01', '2026-01-01', CASE WHEN row.code < 40 THEN now() END, "
                     "CASE WHEN row.code < 40 THEN now() END "
                     "  FROM tidemark.artist, (VALUES (10, 'Low Water'), (20, 'Low Waters'), (30, "
                     "'Something Else'), "
                     "       (40, 'Low Wate')) AS row (code, title)"));

    const json_t *document =
        night_run_json(night, 0, "tidemark-release", "search", "low watr", NULL);
    const json_t *releases = json_object_get(document, "releases");

    assert_int_equal(json_array_size(releases), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(releases, 0), "title")),
                        "Low Water");
    assert_string_equal(json_string_value(json_object_get(json_array_get(releases, 1), "title")),
                        "Low Waters");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(an_approved_release_without_a_date_cannot_be_stored),
        NIGHT_TEST(a_release_that_is_due_is_set_with_an_event_in_one_transaction),
        NIGHT_TEST(a_trial_of_a_distribution_changes_nothing),
        NIGHT_TEST(a_zone_that_the_server_does_not_know_is_a_fault_of_the_settings),
        NIGHT_TEST(an_event_that_cannot_be_written_leaves_the_release_as_it_was),
        NIGHT_TEST(one_bad_release_never_stops_the_others),
        NIGHT_TEST(delivering_again_after_a_crash_leaves_one_file_under_the_same_key),
        NIGHT_TEST(it_is_distributed_when_all_said_yes_and_the_date_is_reached),
        NIGHT_TEST(the_same_answer_twice_changes_nothing_and_another_is_refused),
        NIGHT_TEST(an_answer_is_read_once_it_is_called_one),
        NIGHT_TEST(an_answer_is_told_however_long_its_reason_is),
        NIGHT_TEST(a_delivery_that_fails_is_tried_again_and_given_up_in_the_end),
        NIGHT_TEST(a_withdrawal_is_told_to_whom_the_release_was_told_and_after_it),
        NIGHT_TEST(an_event_that_a_later_one_has_overtaken_is_not_taken_up_again),
        NIGHT_TEST(only_the_artists_own_label_approves_and_both_dates_are_kept),
        NIGHT_TEST(an_empty_title_or_reason_is_a_wrong_command_line),
        NIGHT_TEST(a_released_title_is_found_by_a_misspelt_one_the_nearest_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
