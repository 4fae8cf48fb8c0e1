#include "verify/verify.h"
#include "base/text.h"
#include "payout/run_files.h"
#include "stage/stage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

enum { CHECKS_MAX = 32 };

typedef struct Options {
    bool all;
    int64_t run;                    // 0: none
    const char *checks[CHECKS_MAX]; // only these; none: all
    size_t check_count;
} Options;

static const struct argp_option options_of_stage[] = {
    {"all", 'a', NULL, 0, "Go on behind the first breach, and tell all", 0},
    {"check", 'C', "NAME", 0, "Only this check; may be given again", 0},
    {"run", 'r', "NUMBER", 0, "Make the files of this payout run again, and compare", 0},
    {0},
};

static bool is_check(const char *name)
{
    const VerifyCheck *checks = NULL;
    size_t count = verify_checks(&checks);

    for (size_t i = 0; i < count; i++)
        if (text_equal(checks[i].name, name))
            return true;
    return false;
}

static error_t add_check(Options *options, const char *name, const struct argp_state *state)
{
    if (!is_check(name))
        return stage_usage(state, "--check %s: there is no such check; verify lists them", name);
    if (options->check_count == CHECKS_MAX)
        return stage_usage(state, "--check is given more than %d times", CHECKS_MAX);
    options->checks[options->check_count++] = name;
    return 0;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    switch (key) {
    case 'a':
        options->all = true;
        return 0;
    case 'C':
        return add_check(options, argument, state);
    case 'r':
        return stage_usage_number(state, "--run", argument, 1, INT64_MAX, &options->run);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options_of_stage,
    .parser = parse_option,
    .doc = "Holds all that is stored against all that it follows from: files, tides, cells, "
           "accruals, what is owed, requests, payout runs. Changes nothing."
           "\vExit status 65: something is broken; the first breach is told, with both figures.\n\n"
           "Examples:\n"
           "  tidemark verify            stops at the first breach\n"
           "  tidemark verify --all      tells all of them, the first 1000 of each check\n"
           "  tidemark verify --check owed --check ledger\n"
           "  tidemark verify --run 7    makes the files of run 7 again and compares digests\n",
};

static const ResultColumn columns[] = {{"check", "CHECK", false},
                                       {"compared", "COMPARED", true},
                                       {"breaches", "BREACHES", true},
                                       {"holds", "WHAT HOLDS", false}};

static bool is_wanted(const Options *options, const VerifyCheck *check)
{
    for (size_t i = 0; i < options->check_count; i++)
        if (text_equal(options->checks[i], check->name))
            return true;
    return options->check_count == 0;
}

static void add_row(json_t *rows, const VerifyCheck *check, const VerifyReport *report)
{
    json_t *sentences = json_array();

    for (size_t i = 0; i < report->sentence_count; i++)
        json_array_append_new(sentences, json_string(report->sentences[i]));
    json_array_append_new(rows, json_pack("{s:s, s:I, s:I, s:s, s:o}", "check", check->name,
                                          "compared", (json_int_t)report->compared, "breaches",
                                          (json_int_t)report->breaches, "holds", check->holds,
                                          "sentences", sentences));
}

/** The first breach is the error; with --all each is that has a sentence, and how many have none;
 * all are logged. */
static Status tell_breaches(Stage *stage, const Options *options, const VerifyCheck *check,
                            const VerifyReport *report, Error *error)
{
    Status status = STATUS_OK;
    int64_t untold = report->breaches - (int64_t)report->sentence_count;

    if (!options->all && report->breaches > 0)
        return error_set(error, STATUS_DATA, "%s: %s", check->name, report->sentences[0]);
    for (size_t i = 0; i < report->sentence_count; i++) {
        (void)error_set(error, STATUS_DATA, "%s: %s", check->name, report->sentences[i]);
        TRY(stage_refuse(stage, error));
    }
    if (untold > 0) {
        (void)error_set(error, STATUS_DATA, "%s: %" PRId64 " breaches more", check->name, untold);
        TRY(stage_refuse(stage, error));
    }

cleanup:
    return status;
}

static Status run_check(Stage *stage, const Options *options, const VerifyContext *context,
                        const VerifyCheck *check, json_t *rows, Error *error)
{
    Status status = STATUS_OK;
    VerifyReport report = {0};

    TRY(verify_run(check, context, &report, error));
    add_row(rows, check, &report);
    TRY(tell_breaches(stage, options, check, &report, error));

cleanup:
    verify_report_clear(&report);
    return status;
}

static Status run_checks(Stage *stage, Store *store, const Options *options, Error *error)
{
    Status status = STATUS_OK;
    Error ignored = {0};
    const Settings *settings = stage_settings(stage);
    const VerifyContext context = {.store = store,
                                   .archive_folder = settings->archive_folder,
                                   .payout_folder = settings->payout_folder};
    const VerifyCheck *checks = NULL;
    size_t check_count = verify_checks(&checks);
    json_t *rows = json_array();

    TRY(store_begin_snapshot(store, error));
    for (size_t i = 0; i < check_count; i++)
        if (is_wanted(options, &checks[i]))
            TRY(run_check(stage, options, &context, &checks[i], rows, error));
    TRY(store_commit(store, error));

cleanup:
    store_rollback(store);
    // The table is shown whatever came of it: it says what was compared before the breach.
    if (status == STATUS_OK)
        status = stage_table(stage, "checks", rows, columns, COUNT_OF(columns), error);
    else
        (void)stage_table(stage, "checks", rows, columns, COUNT_OF(columns), &ignored);
    return status;
}

static Status make_scratch(char *path, Error *error)
{
    if (mkdtemp(path) == NULL)
        return error_set_errno(error, STATUS_CANNOT_WRITE, "could not make the folder \"%s\"",
                               path);
    return STATUS_OK;
}

static Status check_run(Stage *stage, Store *store, int64_t run, Error *error)
{
    Status status = STATUS_OK;
    const char *folder = getenv("TMPDIR");
    char *scratch = text_format("%s/tidemark-verify-XXXXXX", folder == NULL ? "/tmp" : folder);

    TRY(make_scratch(scratch, error));
    status = run_files_check(store, run, scratch, error);
    (void)rmdir(scratch);
    TRY(status);
    stage_say(stage,
              "The files of payout run %" PRId64 ", made again, are those that were released.",
              run);

cleanup:
    free(scratch);
    return status;
}

/**
 * tidemark-verify: what is stored twice, or follows from something else, is the same.
 *
 * It sees one moment of the database. The files are those of now: beside a running ingest or export
 * it may tell what is only on its way.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {0};
    Stage *stage = NULL;
    Store *store = NULL;

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(stage_connect(stage, STAGE_ANY, &store, &error));
    if (options.run > 0)
        TRY(check_run(stage, store, options.run, &error));
    else
        TRY(run_checks(stage, store, &options, &error));

cleanup:
    return stage_close(stage, status, &error);
}
