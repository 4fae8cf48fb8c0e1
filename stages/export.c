#include "payout/export.h"
#include "base/text.h"
#include "payout/adopt.h"
#include "payout/reconcile.h"
#include "payout/request.h"
#include "stage/stage.h"
#include "store/json.h"

#include <inttypes.h>

typedef struct Options {
    Day date;
    int64_t again; // number of a run; 0: none
    int64_t adopt;
    const char *into;
} Options;

static const struct argp_option options_of_stage[] = {
    {"date", 'd', "DATE", 0, "As if today were DATE (YYYY-MM-DD)", 0},
    {"again", 'a', "RUN", 0, "Write the files of a released run again, and compare", 0},
    {"into", 'i', "FOLDER", 0, "With --again: below FOLDER, not in the payout folder", 0},
    {"adopt", 'A', "RUN", 0, "Take over a run that the database has lost, from its files", 0},
    {0},
};

static error_t check_options(const Options *options, const struct argp_state *state)
{
    if (options->again > 0 && options->adopt > 0)
        return stage_usage(state, "--again and --adopt exclude each other");
    if (options->into != NULL && options->again == 0)
        return stage_usage(state, "--into belongs to --again RUN");
    return 0;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    switch (key) {
    case 'd':
        return stage_usage_day(state, "--date", argument, &options->date);
    case 'a':
        return stage_usage_number(state, "--again", argument, 1, INT64_MAX, &options->again);
    case 'A':
        return stage_usage_number(state, "--adopt", argument, 1, INT64_MAX, &options->adopt);
    case 'i':
        options->into = argument;
        return 0;
    case ARGP_KEY_END:
        return check_options(options, state);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options_of_stage,
    .parser = parse_option,
    .doc =
        "Makes a payout run of all proposed payment requests: payments.csv, lines.csv.gz and "
        "manifest.json in a folder of their own."
        "\vExamples:\n"
        "  tidemark export                          a run of what is proposed, if anything is\n"
        "  tidemark export --again 7 --into /tmp    the files of run 7 once more, same bytes\n"
        "  tidemark export --adopt 7                after a backup was put back: run 7 was paid\n",
};

static const ResultColumn columns[] = {
    {"file_number", "RUN", false}, {"instruction", "INSTRUCTION", false},
    {"payee_id", "PAYEE", false},  {"currency", "CURRENCY", false},
    {"net", "NET", true},          {"remittance", "REMITTANCE", false},
};

static Status tell_payments(Store *store, int64_t run, json_t *payments, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(payout_payments(store, run, &rows, error));

    json_t *more = json_of_rows(rows);

    json_array_extend(payments, more);
    json_decref(more);

cleanup:
    rows_free(rows);
    return status;
}

/** "Payout run 1 is released in FOLDER: BRL 358.78 (3), EUR 0.41 (2)." */
static Status say_release(Stage *stage, Store *store, int64_t run, Error *error)
{
    Status status = STATUS_OK;
    Rows *totals = NULL;
    Text amounts = {0};

    TRY(payout_totals(store, run, &totals, error));
    for (size_t i = 0; i < rows_count(totals); i++)
        text_append_format(&amounts, "%s%s %s in %s", i == 0 ? "" : ", ",
                           rows_text(totals, i, "currency"), rows_text(totals, i, "amount"),
                           rows_text(totals, i, "payments"));
    stage_say(stage, "Payout run %" PRId64 " is released in %s/%06" PRId64 "; payments: %s.", run,
              stage_settings(stage)->payout_folder, run, text_bytes(&amounts));

cleanup:
    text_free(&amounts);
    rows_free(totals);
    return status;
}

static Status release(Stage *stage, Store *store, int64_t run, json_t *payments, Error *error)
{
    Status status = STATUS_OK;

    TRY(payout_release(store, stage_settings(stage)->payout_folder, run, error));
    TRY(tell_payments(store, run, payments, error));
    TRY(say_release(stage, store, run, error));

cleanup:
    return status;
}

/** What a crash left between commit and files comes first, so that the chain of runs goes on. */
static Status finish_built(Stage *stage, Store *store, json_t *payments, Error *error)
{
    Status status = STATUS_OK;
    Rows *built = NULL;

    TRY(payout_runs_built(store, &built, error));
    for (size_t i = 0; i < rows_count(built); i++)
        TRY(release(stage, store, rows_int64(built, i, "number"), payments, error));

cleanup:
    rows_free(built);
    return status;
}

/** The requests that nobody can pay: they stay proposed, and hold up nobody. */
static Status tell_without_account(Stage *stage, const Rows *proposed, Error *error)
{
    Status status = STATUS_OK;

    for (size_t i = 0; i < rows_count(proposed); i++) {
        if (rows_bool(proposed, i, "has_account"))
            continue;
        (void)error_set(error, STATUS_DATA,
                        "request %" PRId64 ": payee \"%s\" has no iban, account_number or "
                        "vendor_id: it waits until payees.csv gives one",
                        rows_int64(proposed, i, "number"), rows_text(proposed, i, "payee"));
        TRY(stage_refuse(stage, error));
    }

cleanup:
    return status;
}

static Status export_new(Stage *stage, Store *store, Day today, json_t *payments, Error *error)
{
    Status status = STATUS_OK;
    int64_t run = 0;
    Rows *proposed = NULL;

    TRY(store_begin(store, error));
    TRY(payout_build(store, stage_settings(stage), today, &run, &proposed, error));
    TRY(tell_without_account(stage, proposed, error));
    if (run == 0) {
        stage_say(stage, rows_count(proposed) == 0 ? "No payment request waits to be exported."
                                                   : "No payment request can be exported.");
        goto cleanup;
    }
    if (stage_is_dry_run(stage))
        TRY(tell_payments(store, run, payments, error));
    TRY(stage_commit(stage, store, error));
    if (!stage_is_dry_run(stage))
        TRY(release(stage, store, run, payments, error));

cleanup:
    rows_free(proposed);
    store_rollback(store);
    return status;
}

static Status export_all(Stage *stage, Store *store, Day today, Error *error)
{
    Status status = STATUS_OK;
    json_t *payments = json_array();

    TRY(payout_reconcile(store, stage_settings(stage)->payout_folder, error));
    if (!stage_is_dry_run(stage))
        TRY(finish_built(stage, store, payments, error));
    TRY(export_new(stage, store, today, payments, error));
    TRY(stage_table(stage, "payments", json_incref(payments), columns, COUNT_OF(columns), error));

cleanup:
    json_decref(payments);
    return status;
}

static Status export_again(Stage *stage, Store *store, const Options *options, Error *error)
{
    Status status = STATUS_OK;
    const char *into = options->into == NULL ? stage_settings(stage)->payout_folder : options->into;

    TRY(payout_again(store, into, options->again, stage_is_dry_run(stage), error));
    if (stage_is_dry_run(stage))
        stage_say(stage,
                  "The files of payout run %" PRId64 ", made again, are as they were released; dry "
                  "run: none was written.",
                  options->again);
    else
        stage_say(stage,
                  "The files of payout run %" PRId64 " are in %s/%06" PRId64
                  ", as they were released.",
                  options->again, into, options->again);

cleanup:
    return status;
}

static Status adopt(Stage *stage, Store *store, int64_t run, Day today, Error *error)
{
    Status status = STATUS_OK;

    TRY(store_begin(store, error));
    TRY(payout_adopt(store, stage_settings(stage)->payout_folder, run, today, error));
    TRY(stage_commit(stage, store, error));
    stage_say(stage, "Payout run %" PRId64 " is taken over: what it pays is in payment.", run);

cleanup:
    store_rollback(store);
    return status;
}

/**
 * tidemark-export: payment requests to files.
 *
 * Rows first: a run and its instructions are committed with all that their bytes need; then the
 * files are written aside, put under their names, and the run is released. Nothing proposed makes
 * no run.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {.date = DAY_NONE};
    Stage *stage = NULL;
    Store *store = NULL;
    Day today = DAY_NONE;

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(stage_connect(stage, STAGE_ALONE, &store, &error));
    TRY(payout_today(store, stage_settings(stage), options.date, &today, &error));
    if (options.again > 0)
        TRY(export_again(stage, store, &options, &error));
    else if (options.adopt > 0)
        TRY(adopt(stage, store, options.adopt, today, &error));
    else
        TRY(export_all(stage, store, today, &error));

cleanup:
    return stage_close(stage, status, &error);
}
