#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { LINE_BYTES = 16384 };

/** What one event writes to standard error, but for the time at its beginning. */
static const char *line_of(LogOptions options, LogLevel level, const char *message)
{
    static char line[LINE_BYTES];
    FILE *file = tmpfile();
    int standard_error = dup(STDERR_FILENO);
    Log *log = log_new(&options);

    assert_non_null(file);
    assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
    log_write(log, level, "%s", message);
    assert_true(dup2(standard_error, STDERR_FILENO) >= 0);
    assert_int_equal(close(standard_error), 0);
    log_free(log);

    rewind(file);
    line[fread(line, 1, sizeof line - 1, file)] = '\0';
    assert_int_equal(fclose(file), 0);

    char *after_time = strstr(line, options.as_json ? "\"level\"" : "level=");

    return after_time == NULL ? line : after_time;
}

static void an_event_is_a_line_of_logfmt(void **state)
{
    (void)state;
    LogOptions options = {.stage = "ingest", .level = LOG_INFO};

    assert_string_equal(
        line_of(options, LOG_WARNING, "feed \"wavecast\": 3 IDs missing"),
        "level=warning stage=ingest message=\"feed \\\"wavecast\\\": 3 IDs missing\"\n");
}

static void an_event_is_a_line_of_json(void **state)
{
    (void)state;
    LogOptions options = {.stage = "ingest", .level = LOG_INFO, .as_json = true};

    assert_string_equal(
        line_of(options, LOG_ERROR, "a\\b \"c\""),
        "\"level\":\"error\",\"stage\":\"ingest\",\"message\":\"a\\\\b \\\"c\\\"\"}\n");
}

static void what_is_below_the_level_is_not_written(void **state)
{
    (void)state;
    LogOptions quiet = {.stage = "ingest", .level = LOG_ERROR};
    LogOptions normal = {.stage = "ingest", .level = LOG_INFO};

    assert_string_equal(line_of(quiet, LOG_WARNING, "x"), "");
    assert_string_equal(line_of(normal, LOG_DEBUG, "x"), "");
    assert_string_equal(line_of(normal, LOG_INFO, "x"), "level=info stage=ingest message=\"x\"\n");
}

static void a_message_cannot_break_its_line_or_command_a_terminal(void **state)
{
    (void)state;
    LogOptions options = {.stage = "ingest", .level = LOG_INFO};

    assert_string_equal(line_of(options, LOG_INFO, "a\nlevel=error\r\x1b[31m\x7f\xc2\x9b"),
                        "level=info stage=ingest message="
                        "\"a\\nlevel=error\\u000d\\u001b[31m\\u007f\\u009b\"\n");
}

static void bytes_that_are_no_utf_8_are_replaced(void **state)
{
    (void)state;
    LogOptions options = {.stage = "s", .level = LOG_INFO};

    // Latin-1, cut, overlong, a surrogate, beyond the last character; then characters of 2 to 4
    // bytes
    assert_string_equal(line_of(options, LOG_INFO, "M\xfcller \xe2\x82"),
                        "level=info stage=s message=\"M�ller ��\"\n");
    assert_string_equal(line_of(options, LOG_INFO, "\xc0\xaf"),
                        "level=info stage=s message=\"��\"\n");
    assert_string_equal(line_of(options, LOG_INFO, "\xe0\x80\xaf"),
                        "level=info stage=s message=\"���\"\n");
    assert_string_equal(line_of(options, LOG_INFO, "\xed\xa0\x80"),
                        "level=info stage=s message=\"���\"\n");
    assert_string_equal(line_of(options, LOG_INFO, "\xf4\x90\x80\x80"),
                        "level=info stage=s message=\"����\"\n");
    assert_string_equal(line_of(options, LOG_INFO, "ü€𝄞"), "level=info stage=s message=\"ü€𝄞\"\n");
}

static void a_long_message_is_cut_and_ends_its_line(void **state)
{
    (void)state;
    LogOptions options = {.stage = "s", .level = LOG_INFO};
    char message[LINE_BYTES];

    memset(message, 'x', sizeof message - 1);
    message[sizeof message - 1] = '\0';

    const char *line = line_of(options, LOG_INFO, message);

    assert_true(strlen(line) < 9000);
    assert_string_equal(line + strlen(line) - 3, "x\"\n");
}

static void without_a_log_nothing_happens(void **state)
{
    (void)state;
    log_write(NULL, LOG_ERROR, "%s", "x");
    log_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_a_line_of_logfmt),
        cmocka_unit_test(an_event_is_a_line_of_json),
        cmocka_unit_test(what_is_below_the_level_is_not_written),
        cmocka_unit_test(a_message_cannot_break_its_line_or_command_a_terminal),
        cmocka_unit_test(bytes_that_are_no_utf_8_are_replaced),
        cmocka_unit_test(a_long_message_is_cut_and_ends_its_line),
        cmocka_unit_test(without_a_log_nothing_happens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
