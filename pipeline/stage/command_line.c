#include "stage/command_line.h"

#include "base/memory.h"
#include "base/text.h"
#include "stage/stage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_CONFIG = 0x100, KEY_DRY_RUN, KEY_JSON, KEY_QUIET, KEY_VERBOSE, KEY_USAGE, KEY_VERSION };

static const struct argp_option common_options[] = {
    {NULL, 0, NULL, 0, "Options of all stages:", -1},
    {"config", KEY_CONFIG, "FILE", 0,
     "settings (else $TIDEMARK_CONFIG, config/tidemark.yaml, /etc/tidemark/tidemark.yaml)", 0},
    {"dry-run", KEY_DRY_RUN, NULL, 0, "do everything up to the commit, and then do not commit", 0},
    {"json", KEY_JSON, NULL, 0, "print the result as one JSON document on one line", 0},
    {"quiet", KEY_QUIET, NULL, 0, "print errors only", 0},
    {"verbose", KEY_VERBOSE, NULL, 0, "log each step", 0},
    {"help", 'h', NULL, 0, "print this and end", 0},
    {"usage", KEY_USAGE, NULL, 0, "print the options in short and end", 0},
    {"version", KEY_VERSION, NULL, 0, "print the version and end", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static char *program_name(char *argv0)
{
    char *slash = strrchr(argv0, '/');

    return slash == NULL ? argv0 : slash + 1;
}

static _Noreturn void print_and_end(const struct argp_state *state, unsigned help)
{
    char *name = program_name(state->argv[0]);

    if (help == 0)
        (void)printf("%s %s\n", name, TIDEMARK_VERSION);
    else
        argp_help(state->root_argp, stdout, help, name);
    exit(fflush(stdout) == 0 ? STATUS_OK : STATUS_CANNOT_WRITE);
}

static error_t parse_common(int key, char *argument, struct argp_state *state)
{
    CommandLine *line = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = line->input;
        break;
    case KEY_CONFIG:
        line->config_file = argument;
        break;
    case KEY_DRY_RUN:
        line->is_dry_run = true;
        break;
    case KEY_JSON:
        line->as_json = true;
        break;
    case KEY_QUIET:
        line->is_quiet = true;
        break;
    case KEY_VERBOSE:
        line->is_verbose = true;
        break;
    case 'h':
        print_and_end(state, ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC);
    case KEY_USAGE:
        print_and_end(state, ARGP_HELP_USAGE);
    case KEY_VERSION:
        print_and_end(state, 0);
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

Status command_line_parse(CommandLine *line, const struct argp *argp, int argc, char *argv[],
                          void *input, Error *error)
{
    int used = argc;

    *line = (CommandLine){.own = *argp, .input = input, .error = error};
    line->own.doc = NULL;
    line->own.args_doc = NULL;
    line->children[0] = (struct argp_child){.argp = &line->own};
    line->root = (struct argp){.options = common_options,
                               .parser = parse_common,
                               .args_doc = argp->args_doc,
                               .doc = argp->doc,
                               .children = line->children};

    // Silent: argp would print and exit by itself, and a result is promised also for a wrong
    // command line.
    error_t failure = argp_parse(&line->root, argc, argv, ARGP_SILENT, &used, line);

    if (failure == 0 && used == argc)
        return STATUS_OK;
    for (int i = 1; i < argc; i++)
        line->as_json |= text_equal(argv[i], "--json");
    if (failure == 0)
        return error_set(error, STATUS_USAGE, "unexpected argument \"%s\"; try %s --help",
                         argv[used], program_name(argv[0]));
    if (error->status == STATUS_USAGE)
        return STATUS_USAGE; // stage_usage() said it
    return usage_explain(&line->root, argc, argv, error);
}

error_t stage_usage(const struct argp_state *state, const char *format, ...)
{
    const CommandLine *line = (const CommandLine *)(const void *)state->root_argp;
    char message[sizeof line->error->message];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    (void)error_set(line->error, STATUS_USAGE, "%s; try %s --help", message,
                    program_name(state->argv[0]));
    return EINVAL;
}

error_t stage_usage_number(const struct argp_state *state, const char *option, const char *argument,
                           int64_t min, int64_t max, int64_t *out_number)
{
    int64_t number = 0;

    if (!slice_to_int64(slice_of(argument), &number) || number < min || number > max)
        return stage_usage(state,
                           "%s is \"%s\"; expected a whole number from %" PRId64 " to %" PRId64,
                           option, argument, min, max);
    *out_number = number;
    return 0;
}

error_t stage_usage_share(const struct argp_state *state, const char *argument,
                          StageShare *out_share)
{
    const char *slash = strchr(argument, '/');
    Slice first = {.bytes = argument, .size_bytes = slash == NULL ? 0 : (size_t)(slash - argument)};
    int64_t number = 0;
    int64_t count = 0;

    if (slash == NULL || !slice_to_int64(first, &number) ||
        !slice_to_int64(slice_of(slash + 1), &count) || number < 1 || number > count ||
        count > STAGE_SHARES_MAX)
        return stage_usage(state,
                           "--share is \"%s\"; expected one of so many, such as 1/4, of %d at "
                           "most",
                           argument, STAGE_SHARES_MAX);
    *out_share = (StageShare){.number = (int)number, .count = (int)count};
    return 0;
}

error_t stage_usage_day(const struct argp_state *state, const char *option, const char *argument,
                        Day *out_day)
{
    if (!day_parse(slice_of(argument), out_day))
        return stage_usage(state, "%s is \"%s\"; expected a date such as 2026-11-24", option,
                           argument);
    return 0;
}

error_t stage_usage_word(const struct argp_state *state, const char *what, const char *argument,
                         const char *const words[], size_t word_count, size_t *out_index)
{
    Text all = {0};

    for (size_t i = 0; i < word_count; i++) {
        if (text_equal(argument, words[i])) {
            *out_index = i;
            text_free(&all);
            return 0;
        }
        text_append_format(&all, "%s%s", i == 0 ? "" : ", ", words[i]);
    }

    const char *nearest = text_nearest(argument, words, word_count);
    error_t failure =
        stage_usage(state, "%s is \"%s\"; expected one of %s%s%s", what, argument, text_bytes(&all),
                    nearest == NULL ? "" : "; the nearest is ", nearest == NULL ? "" : nearest);

    text_free(&all);
    return failure;
}
