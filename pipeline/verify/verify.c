#include "verify/verify.h"

#include "base/memory.h"
#include "base/text.h"
#include "sql.h"
#include "verify/checks.h"

#include <stdarg.h>
#include <stdlib.h>

static const VerifyCheck checks[] = {
    {"archive", "every file of the ledger is in the archive, in its size", NULL, verify_archive},
    {"files", "rows read are counted, duplicate or rejected, and rejects are kept",
     &sql_verify_files, NULL},
    {"tides", "each tide is what its live files brought, ID by ID", NULL, verify_tides},
    {"batches", "batches are numbered without gaps, one for each file and one to take it out",
     &sql_verify_batches, NULL},
    {"cells", "the cells of each batch add up to its control totals", &sql_verify_cells, NULL},
    {"accruals", "each accrual: counted = matched + suspense, as recorded and as written",
     &sql_verify_accruals, NULL},
    {"usage", "what was counted is with a release or in suspense", &sql_verify_usage, NULL},
    {"places", "all streams are where the catalogue puts what their rows named", &sql_verify_places,
     NULL},
    {"owed", "all usage priced anew gives what is earned and what waits", &sql_verify_owed, NULL},
    {"ledger", "entries are what was earned, requested and given back", &sql_verify_ledger, NULL},
    {"requests", "each request and what it leaves are the balance that was there",
     &sql_verify_requests, NULL},
    {"runs", "runs are a chain, and the lines of a request add up to it", &sql_verify_runs, NULL},
    {"payouts", "the files of each run are there as they were released", NULL, verify_run_files},
};

size_t verify_checks(const VerifyCheck **out_checks)
{
    *out_checks = checks;
    return COUNT_OF(checks);
}

void verify_breach(VerifyReport *report, const char *format, ...)
{
    Text sentence = {0};
    va_list arguments;

    report->breaches++;
    if (report->sentence_count == VERIFY_SENTENCES_MAX)
        return;
    va_start(arguments, format);
    text_append_arguments(&sentence, format, arguments);
    va_end(arguments);
    MEMORY_GROW(report->sentences, report->sentence_count, report->sentence_capacity);
    report->sentences[report->sentence_count++] = text_take(&sentence);
}

void verify_report_clear(VerifyReport *report)
{
    for (size_t i = 0; i < report->sentence_count; i++)
        free(report->sentences[i]);
    free(report->sentences);
    *report = (VerifyReport){0};
}

static Status take_row(void *context, const Rows *rows, size_t row, Error *error)
{
    VerifyReport *report = context;

    (void)error;
    report->compared = rows_int64(rows, row, "compared");
    if (!rows_is_null(rows, row, "breach"))
        verify_breach(report, "%s", rows_text(rows, row, "breach"));
    return STATUS_OK;
}

Status verify_run(const VerifyCheck *check, const VerifyContext *context, VerifyReport *out_report,
                  Error *error)
{
    Status status = STATUS_OK;
    VerifyReport report = {0};

    if (check->statement != NULL)
        TRY(store_query_each(context->store, check->statement, NO_PARAMS, take_row, &report,
                             error));
    else
        TRY(check->function(context, &report, error));
    *out_report = report;
    report = (VerifyReport){0};

cleanup:
    verify_report_clear(&report);
    return status;
}
