#include "payout/request.h"
#include "payout/reconcile.h"
#include "pricing/pricing.h"
#include "stage/stage.h"
#include "store/json.h"

#include <inttypes.h>
#include <stdlib.h>

enum { PAYEES_MAX = 1000 };

typedef struct Options {
    const char *payees[PAYEES_MAX];
    size_t payee_count;
    Day date;
    int64_t jobs;   // 0: as many as pay
    int64_t cancel; // number of a request; 0: none
    const char *reason;
} Options;

static const struct argp_option options_of_stage[] = {
    {"payee", 'p', "KEY", 0, "Make requests for this payee, due or not; may be given again", 0},
    {"date", 'd', "DATE", 0, "As if today were DATE (YYYY-MM-DD)", 0},
    {"jobs", 'j', "N", 0, "Price with N connections at the same time (default: as many as pay)", 0},
    {"cancel", 'c', "NUMBER", 0, "Cancel this request: its amount goes back to the balance", 0},
    {"reason", 'r', "TEXT", 0, "Why it is cancelled", 0},
    {0},
};

static error_t check_options(const Options *options, const struct argp_state *state)
{
    if (options->cancel > 0 && options->reason == NULL)
        return stage_usage(state, "--cancel needs --reason TEXT: it is kept with the request");
    if (options->cancel == 0 && options->reason != NULL)
        return stage_usage(state, "--reason belongs to --cancel NUMBER");
    if (options->cancel > 0 && options->payee_count > 0)
        return stage_usage(state, "--cancel and --payee exclude each other");
    return 0;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    switch (key) {
    case 'p':
        if (options->payee_count == PAYEES_MAX)
            return stage_usage(state, "more than %d payees; make the requests of all", PAYEES_MAX);
        options->payees[options->payee_count++] = argument;
        return 0;
    case 'd':
        return stage_usage_day(state, "--date", argument, &options->date);
    case 'j':
        return stage_usage_number(state, "--jobs", argument, 1, PRICE_JOBS_MAX, &options->jobs);
    case 'c':
        return stage_usage_number(state, "--cancel", argument, 1, INT64_MAX, &options->cancel);
    case 'r':
        if (argument[0] == '\0')
            return stage_usage(state, "--reason is empty; say why the request is cancelled");
        options->reason = argument;
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
    .doc = "Prices what aggregate resolved, enters it into the payees' ledgers, and makes payment "
           "requests of what is owed since each payee's last one."
           "\vRequests are made when they are due (the setting payout.request), and always for "
           "--payee. What is below a payee's minimum, or a fraction of a unit, is carried.\n\n"
           "Examples:\n"
           "  tidemark request                       price, and make requests if they are due\n"
           "  tidemark request --jobs 4                       the same, with four connections\n"
           "  tidemark request --payee north-label   make one now, as far as something is owed\n"
           "  tidemark request --cancel 17 --reason \"wrong payee\"\n",
};

static const ResultColumn total_columns[] = {
    {"accrual", "ACCRUAL", true},   {"part", "PART", false},    {"currency", "CURRENCY", false},
    {"rated", "WITH A RATE", true}, {"earned", "EARNED", true}, {"suspended", "NO SPLIT", true},
};

static const ResultColumn request_columns[] = {
    {"request", "REQUEST", true},    {"payee", "PAYEE", false},
    {"currency", "CURRENCY", false}, {"amount", "AMOUNT", true},
    {"carried", "CARRIED", true},    {"first_accrual", "SINCE ACCRUAL", true},
    {"last_accrual", "TO", true},
};

/** A dry run stays in one transaction to its end: each step sees what the one before it did. */
static Status begin_step(Store *store, Error *error)
{
    return store_in_transaction(store) ? STATUS_OK : store_begin(store, error);
}

static Status end_step(Stage *stage, Store *store, Error *error)
{
    return stage_is_dry_run(stage) ? STATUS_OK : stage_commit(stage, store, error);
}

static Status price_one(Stage *stage, Store *store, const Rows *unpriced, size_t row, int jobs,
                        Day today, json_t *totals, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(begin_step(store, error));
    TRY(accrual_price(store, unpriced, row, jobs, today, &rows, error));
    TRY(end_step(stage, store, error));
    if (rows != NULL) {
        json_t *more = json_of_rows(rows);

        json_array_extend(totals, more);
        json_decref(more);
    }

cleanup:
    rows_free(rows);
    return status;
}

static Status price_all(Stage *stage, Store *store, const Options *options, Day today, Error *error)
{
    Status status = STATUS_OK;
    Rows *unpriced = NULL;
    json_t *totals = json_array();
    // What is only tried stays in one transaction, which no other connection sees.
    int jobs = stage_is_dry_run(stage) ? 1 : (int)options->jobs;

    TRY(accruals_unpriced(store, &unpriced, error));
    for (size_t i = 0; i < rows_count(unpriced); i++)
        TRY(price_one(stage, store, unpriced, i, jobs, today, totals, error));
    stage_say(stage, rows_count(unpriced) == 0 ? "No new accrual." : "Accruals priced: %zu.",
              rows_count(unpriced));
    TRY(stage_table(stage, "priced", json_incref(totals), total_columns, COUNT_OF(total_columns),
                    error));

cleanup:
    json_decref(totals);
    rows_free(unpriced);
    return status;
}

static Status make_requests(Stage *stage, Store *store, const Options *options, Day today,
                            Error *error)
{
    Status status = STATUS_OK;
    RequestsDue due = {0};
    Rows *requests = NULL;
    char day[DAY_TEXT_BYTES];
    bool is_for_all = options->payee_count == 0;

    TRY(requests_due(store, stage_settings(stage), today, &due, error));
    if (is_for_all && !due.is_due) {
        stage_say(stage, "Requests are made on %s.", day_print(due.next, day));
        goto cleanup;
    }
    TRY(begin_step(store, error));
    TRY(requests_make(store, today, options->payees, options->payee_count,
                      is_for_all ? due.due_on : DAY_NONE, &requests, error));
    TRY(end_step(stage, store, error));
    stage_say(stage, rows_count(requests) == 0 ? "Nothing to request." : "Payment requests: %zu.",
              rows_count(requests));
    TRY(stage_table(stage, "requests", json_of_rows(requests), request_columns,
                    COUNT_OF(request_columns), error));

cleanup:
    rows_free(requests);
    return status;
}

static Status cancel(Stage *stage, Store *store, const Options *options, Day today, Error *error)
{
    Status status = STATUS_OK;
    Rows *request = NULL;

    TRY(payout_reconcile_request(store, stage_settings(stage)->payout_folder, options->cancel,
                                 error));
    TRY(begin_step(store, error));
    TRY(request_cancel(store, options->cancel, options->reason, today, &request, error));
    TRY(end_step(stage, store, error));
    stage_value(stage, "cancelled", json_of_row(request, 0));
    stage_say(stage, "Request %" PRId64 " is cancelled; %s %s go back to the balance of %s.",
              options->cancel, rows_text(request, 0, "amount"), rows_text(request, 0, "currency"),
              rows_text(request, 0, "key"));

cleanup:
    rows_free(request);
    return status;
}

/**
 * tidemark-request: what is owed to each payee since their last payment request.
 *
 * Each accrual is priced in a transaction of its own, in order; the requests are one more. Nothing
 * new makes nothing new.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    static Options options = {.date = DAY_NONE};
    Stage *stage = NULL;
    Store *store = NULL;
    Day today = DAY_NONE;

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(stage_connect(stage, STAGE_ALONE, &store, &error));
    TRY(payout_today(store, stage_settings(stage), options.date, &today, &error));
    if (options.cancel > 0) {
        TRY(cancel(stage, store, &options, today, &error));
    } else {
        TRY(payout_reconcile(store, stage_settings(stage)->payout_folder, &error));
        TRY(price_all(stage, store, &options, today, &error));
        TRY(make_requests(stage, store, &options, today, &error));
    }
    if (stage_is_dry_run(stage) && store_in_transaction(store))
        TRY(stage_commit(stage, store, &error));

cleanup:
    return stage_close(stage, status, &error);
}
