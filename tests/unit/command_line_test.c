#include "stage/command_line.h"

#include "base/memory.h"
#include "base/text.h"
#include "stage/stage.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/** The options of a stage such as this test needs. */
typedef struct Options {
    int64_t jobs;
    Day day;
    size_t command;
    const char *feed;
    int file_count;
} Options;

static const char *const commands[] = {"create", "propose", "approve"};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    switch (key) {
    case 'j':
        return stage_usage_number(state, "--jobs", argument, 1, 64, &options->jobs);
    case 'd':
        return stage_usage_day(state, "--date", argument, &options->day);
    case 'c':
        return stage_usage_word(state, "--command", argument, commands, COUNT_OF(commands),
                                &options->command);
    case 'f':
        options->feed = argument;
        return 0;
    case 'x':
        return EINVAL; // a stage that does not say why
    case ARGP_KEY_ARG:
        if (state->arg_num >= 2)
            return ARGP_ERR_UNKNOWN;
        options->file_count++;
        return 0;
    case ARGP_KEY_END:
        if (options->file_count == 0)
            return stage_usage(state, "a file is missing");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options_table[] = {
    {"jobs", 'j', "N", 0, "how many at once", 0},
    {"date", 'd', "DATE", 0, "the day", 0},
    {"command", 'c', "WORD", 0, "what to do", 0},
    {"feed", 'f', "FEED", 0, "of this feed", 0},
    {"fail", 'x', NULL, 0, "fail", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};
static const struct argp argp = {
    .options = options_table, .parser = parse, .args_doc = "FILE [FILE]"};

enum { WORDS_MAX = 8 };

typedef struct Parsed {
    Status status;
    Error error;
    Options options;
    CommandLine line;
} Parsed;

/** Parses the words of a line, which a space divides; valid until the next. */
static const Parsed *parse_line(const char *words)
{
    static Parsed parsed;
    static char buffer[256];
    char *argv[WORDS_MAX + 2] = {"bin/tidemark-ingest"};
    int argc = 1;

    assert_true(strlen(words) < sizeof buffer);
    memcpy(buffer, words, strlen(words) + 1);
    for (char *word = buffer, *next = NULL; word != NULL && *word != '\0'; word = next) {
        assert_true(argc <= WORDS_MAX);
        next = strchr(word, ' ');
        if (next != NULL)
            *next++ = '\0';
        argv[argc++] = word;
    }
    parsed = (Parsed){.options = {.jobs = 1, .day = DAY_NONE}};
    parsed.status =
        command_line_parse(&parsed.line, &argp, argc, argv, &parsed.options, &parsed.error);
    return &parsed;
}

static void options_of_all_stages_and_its_own_are_parsed(void **state)
{
    (void)state;
    const Parsed *parsed =
        parse_line("a.csv --config x.yaml -j4 --dry-run b.csv --date=2026-11-24 --json");

    assert_int_equal(parsed->status, STATUS_OK);
    assert_string_equal(parsed->line.config_file, "x.yaml");
    assert_true(parsed->line.is_dry_run);
    assert_true(parsed->line.as_json);
    assert_false(parsed->line.is_quiet);
    assert_false(parsed->line.is_verbose);
    assert_int_equal(parsed->options.jobs, 4);
    assert_int_equal(parsed->options.file_count, 2);
    assert_int_equal(parsed->options.day, 20781);
}

static void a_beginning_is_enough_where_only_one_option_has_it(void **state)
{
    (void)state;
    const Parsed *parsed = parse_line("--dry --verb --qui --comm approve a");

    assert_int_equal(parsed->status, STATUS_OK);
    assert_true(parsed->line.is_dry_run);
    assert_true(parsed->line.is_verbose);
    assert_true(parsed->line.is_quiet);
    assert_int_equal(parsed->options.command, 2);
}

static void what_is_wrong_is_one_sentence(void **state)
{
    (void)state;
    const struct {
        const char *words;
        const char *message;
    } cases[] = {
        {"a --jbos 4",
         "unknown option \"--jbos\"; the nearest is --jobs; try tidemark-ingest --help"},
        {"a --colour=never", "unknown option \"--colour\"; try tidemark-ingest --help"},
        {"a -z", "unknown option \"-z\"; try tidemark-ingest --help"},
        {"a -qj4", "unknown option \"-q\"; try tidemark-ingest --help"},
        {"a --config", "option --config needs a value: FILE"},
        {"a -j", "option -j needs a value: N"},
        {"a --json=1", "option --json takes no value, found \"1\""},
        {"a --co x", "option \"--co\" can be more than one; try tidemark-ingest --help"},
        {"a --jobs 0",
         "--jobs is \"0\"; expected a whole number from 1 to 64; try tidemark-ingest --help"},
        {"a --jobs 4x",
         "--jobs is \"4x\"; expected a whole number from 1 to 64; try tidemark-ingest --help"},
        {"a --date 2026-02-30", "--date is \"2026-02-30\"; expected a date such as 2026-11-24; try "
                                "tidemark-ingest --help"},
        {"a --command aprove", "--command is \"aprove\"; expected one of create, propose, approve; "
                               "the nearest is approve; try tidemark-ingest --help"},
        {"a --command x", "--command is \"x\"; expected one of create, propose, approve; try "
                          "tidemark-ingest --help"},
        {"a b c", "unexpected argument \"c\"; try tidemark-ingest --help"},
        {"", "a file is missing; try tidemark-ingest --help"},
        {"a --fail", "the command line is wrong; try tidemark-ingest --help"},
        {"a --feed --jobs --bad", "unknown option \"--bad\"; try tidemark-ingest --help"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const Parsed *parsed = parse_line(cases[i].words);

        assert_int_equal(parsed->status, STATUS_USAGE);
        assert_string_equal(parsed->error.message, cases[i].message);
    }
}

static void that_a_document_is_wanted_is_known_of_a_wrong_line_too(void **state)
{
    (void)state;
    assert_true(parse_line("--bad --json")->line.as_json);
    assert_true(parse_line("a b c --json")->line.as_json);
    assert_false(parse_line("--bad")->line.as_json);
}

static void behind_two_dashes_nothing_is_an_option(void **state)
{
    (void)state;
    const Parsed *parsed = parse_line("-- --jobs --json");

    assert_int_equal(parsed->status, STATUS_OK);
    assert_int_equal(parsed->options.file_count, 2);
    assert_false(parsed->line.as_json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_of_all_stages_and_its_own_are_parsed),
        cmocka_unit_test(a_beginning_is_enough_where_only_one_option_has_it),
        cmocka_unit_test(what_is_wrong_is_one_sentence),
        cmocka_unit_test(that_a_document_is_wanted_is_known_of_a_wrong_line_too),
        cmocka_unit_test(behind_two_dashes_nothing_is_an_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
