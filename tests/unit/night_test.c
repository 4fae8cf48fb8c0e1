#include "night/night.h"

#include "base/memory.h"
#include "base/text.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// As wait(2) has it.
static int exited(int status)
{
    return status << 8;
}

static void statuses_of_ours_stay_and_all_others_are_bugs(void **state)
{
    (void)state;
    static const int ours[] = {0, 64, 65, 66, 69, 70, 71, 73, 74, 75, 77, 78};

    for (size_t i = 0; i < COUNT_OF(ours); i++)
        assert_int_equal(night_exit_status(exited(ours[i])), ours[i]);
    assert_int_equal(night_exit_status(exited(1)), 70);
    assert_int_equal(night_exit_status(exited(127)), 70);
    assert_int_equal(night_exit_status(SIGSEGV), 70);
}

// --- the course of a night

/** What is run of a night whose steps end so; one not named ends with 0. A step is a minute. */
static char *course_of(const char *failing, int status, double deadline)
{
    NightCourse course = {.deadline = deadline};
    const NightStep *steps = NULL;
    size_t count = night_steps(&steps);
    Text text = {0};
    double now = 0;

    for (size_t i = 0; i < count; i++) {
        char *name = night_step_name(&steps[i]);
        char *why_not = night_why_not(&course, &steps[i], now);

        if (why_not == NULL) {
            night_take_status(&course, &steps[i], text_equal(name, failing) ? status : 0);
            text_append_format(&text, "%s\n", name);
            now += 60;
        } else {
            text_append_format(&text, "%s: %s\n", name, why_not);
        }
        free(why_not);
        free(name);
    }
    if (course.is_late)
        text_append(&text, "late\n");
    return text_take(&text);
}

static void assert_course(const char *failing, int status, double deadline, const char *expected)
{
    char *course = course_of(failing, status, deadline);

    assert_string_equal(course, expected);
    free(course);
}

static void refused_data_hold_up_nobody(void **state)
{
    (void)state;
    static const int passed[] = {0, 65, 66};

    for (size_t i = 0; i < COUNT_OF(passed); i++)
        assert_course("ingest", passed[i], 3600,
                      "ingest --reconcile\ningest\naggregate\nrequest\nexport\n"
                      "distribute\ndeliver\n");
}

static void a_failure_ends_its_chain_and_the_next_begins(void **state)
{
    (void)state;
    static const int failures[] = {70, 73, 74, 75, 77, 78};

    for (size_t i = 0; i < COUNT_OF(failures); i++) {
        char *expected = text_format("ingest --reconcile\ningest\naggregate\nrequest\n"
                                     "export: not run, since request ended with status %d\n"
                                     "distribute\ndeliver\n",
                                     failures[i]);

        assert_course("request", failures[i], 3600, expected);
        free(expected);
    }
    assert_course("distribute", 75, 3600,
                  "ingest --reconcile\ningest\naggregate\nrequest\nexport\ndistribute\n"
                  "deliver: not run, since distribute ended with status 75\n");
}

static void what_every_step_would_meet_ends_the_night(void **state)
{
    (void)state;
    static const int failures[] = {64, 69, 71};

    for (size_t i = 0; i < COUNT_OF(failures); i++) {
        char *expected = text_format("ingest --reconcile\ningest\naggregate\nrequest\n"
                                     "export: not run, since request ended with status %d\n"
                                     "distribute: not run, since request ended with status %d\n"
                                     "deliver: not run, since request ended with status %d\n",
                                     failures[i], failures[i], failures[i]);

        assert_course("request", failures[i], 3600, expected);
        free(expected);
    }
}

static void at_the_deadline_no_step_begins(void **state)
{
    (void)state;
    assert_course(NULL, 0, 240,
                  "ingest --reconcile\ningest\naggregate\nrequest\n"
                  "export: not run, since the night's deadline has passed\n"
                  "distribute: not run, since the night's deadline has passed\n"
                  "deliver: not run, since the night's deadline has passed\nlate\n");
    assert_course("deliver", 73, 420,
                  "ingest --reconcile\ningest\naggregate\nrequest\nexport\n"
                  "distribute\ndeliver\n");
}

// --- what is kept of a step

static json_t *parsed(const char *text)
{
    json_t *value = json_loads(text, 0, NULL);

    assert_non_null(value);
    return value;
}

static void assert_record(NightOutcome *outcome, const char *expected)
{
    const NightStep *steps = NULL;

    (void)night_steps(&steps);

    json_t *record = night_record(&steps[0], outcome);
    char *text = json_dumps(record, JSON_COMPACT);

    assert_string_equal(text, expected);
    free(text);
    json_decref(record);
    night_outcome_clear(outcome);
}

static void a_record_has_sentences_counts_and_problems_and_no_row(void **state)
{
    (void)state;
    NightOutcome outcome = {
        .executed = true,
        .exit_status = 65,
        .seconds = 1.25,
        .document =
            parsed("{\"schema\":\"tidemark.x/1\",\"said\":[\"One.\",\"Two.\"],"
                   "\"payments\":[{\"iban\":\"DE89370400440532013000\"},{}],"
                   "\"owner\":{\"iban\":\"DE89370400440532013000\"},"
                   "\"refused\":[{\"status\":65,\"error\":\"a file is cut\"}],"
                   "\"faults\":[{\"message\":\"a key is wrong\"}],\"error\":\"it failed\"}"),
    };

    assert_record(&outcome, "{\"step\":\"ingest --reconcile\",\"status\":65,\"seconds\":\"1.2\","
                            "\"what\":\"One. Two. it failed\",\"counts\":{\"payments\":2},"
                            "\"problems\":[\"a file is cut\",\"a key is wrong\"]}");
}

static void a_record_keeps_the_first_problems_of_very_many(void **state)
{
    (void)state;
    const NightStep *steps = NULL;
    json_t *refused = json_array();

    (void)night_steps(&steps);
    for (int i = 0; i < 1000; i++)
        json_array_append_new(refused, json_pack("{s:s}", "error", "a file is cut"));

    NightOutcome outcome = {.executed = true, .document = json_pack("{s:o}", "refused", refused)};
    json_t *record = night_record(&steps[0], &outcome);

    assert_int_equal(json_array_size(json_object_get(record, "problems")), 20);
    json_decref(record);
    night_outcome_clear(&outcome);
}

static void a_record_of_a_step_without_a_document_has_its_note(void **state)
{
    (void)state;
    NightOutcome killed = {.executed = true,
                           .exit_status = 70,
                           .seconds = 0.5,
                           .note = memory_copy_text("ended by signal 9 (Killed)")};
    NightOutcome not_run = {.note = memory_copy_text("not run, since it is late")};

    assert_record(&killed, "{\"step\":\"ingest --reconcile\",\"status\":70,\"seconds\":\"0.5\","
                           "\"what\":\"ended by signal 9 (Killed)\",\"counts\":{},"
                           "\"problems\":[]}");
    assert_record(&not_run, "{\"step\":\"ingest --reconcile\",\"status\":null,\"seconds\":null,"
                            "\"what\":\"not run, since it is late\",\"counts\":{},"
                            "\"problems\":[]}");
}

static void the_steps_that_were_not_run_are_named(void **state)
{
    (void)state;
    json_t *records = parsed("[{\"step\":\"a\",\"seconds\":\"0.1\"},{\"step\":\"b\",\"seconds\":"
                             "null},{\"step\":\"c\",\"seconds\":null}]");
    char *names = night_steps_not_run(records);

    assert_string_equal(names, "b, c");
    free(names);
    json_array_remove(records, 2);
    json_array_remove(records, 1);
    assert_null(night_steps_not_run(records));
    json_decref(records);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statuses_of_ours_stay_and_all_others_are_bugs),
        cmocka_unit_test(refused_data_hold_up_nobody),
        cmocka_unit_test(a_failure_ends_its_chain_and_the_next_begins),
        cmocka_unit_test(what_every_step_would_meet_ends_the_night),
        cmocka_unit_test(at_the_deadline_no_step_begins),
        cmocka_unit_test(a_record_has_sentences_counts_and_problems_and_no_row),
        cmocka_unit_test(a_record_keeps_the_first_problems_of_very_many),
        cmocka_unit_test(a_record_of_a_step_without_a_document_has_its_note),
        cmocka_unit_test(the_steps_that_were_not_run_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
