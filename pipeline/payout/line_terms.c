#include "payout/line_terms.h"

#include "base/memory.h"
#include "sql.h"

#include <stdlib.h>

typedef struct PayeePlace {
    int64_t payee;
    uint32_t request;
} PayeePlace;

static int compare_payees(const void *left, const void *right)
{
    const PayeePlace *a = left;
    const PayeePlace *b = right;

    if (a->payee != b->payee)
        return a->payee < b->payee ? -1 : 1;
    return a->request < b->request ? -1 : a->request > b->request;
}

static void list_by_payee(LineTerms *terms)
{
    PayeePlace *places = MEMORY_NEW(PayeePlace, terms->request_count);

    for (size_t i = 0; i < terms->request_count; i++)
        places[i] = (PayeePlace){.payee = terms->requests[i].payee, .request = (uint32_t)i};
    qsort(places, terms->request_count, sizeof places[0], compare_payees);
    terms->by_payee = MEMORY_NEW(uint32_t, terms->request_count);
    for (size_t i = 0; i < terms->request_count; i++)
        terms->by_payee[i] = places[i].request;
    free(places);
}

static Status read_requests(Store *store, int64_t run, LineTerms *terms, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_query(store, &sql_line_requests, PARAMS(param_int64(run)), &rows, error));
    terms->request_rows = rows;
    terms->request_count = rows_count(rows);
    terms->requests = MEMORY_NEW(LineRequest, terms->request_count);
    for (size_t i = 0; i < terms->request_count; i++)
        terms->requests[i] = (LineRequest){
            .number = rows_int64(rows, i, "request"),
            .reference = rows_text(rows, i, "reference"),
            .payee = rows_int64(rows, i, "payee"),
            .payee_key = rows_text(rows, i, "payee_key"),
            .currency = rows_text(rows, i, "currency"),
            .amount = rows_text(rows, i, "amount"),
            .carried_in = rows_text(rows, i, "carried_in"),
            .carried_out = rows_text(rows, i, "carried_out"),
            .first_accrual = rows_int64(rows, i, "first_accrual"),
            .last_accrual = rows_int64(rows, i, "last_accrual"),
        };
    list_by_payee(terms);

cleanup:
    return status;
}

static Status read_accruals(Store *store, int64_t run, LineTerms *terms, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_query(store, &sql_line_accruals, PARAMS(param_int64(run)), &rows, error));
    terms->accrual_count = rows_count(rows);
    terms->accruals = MEMORY_NEW(int64_t, terms->accrual_count);
    for (size_t i = 0; i < terms->accrual_count; i++)
        terms->accruals[i] = rows_int64(rows, i, "accrual");

cleanup:
    rows_free(rows);
    return status;
}

// Of 10 million rows, 1.5 MB of chunks name 66,667 splits, 9.4 MB and all that there are: read at once
// they take the server 0.05 s, found by their numbers 0.27 s. So a catalogue of five times as many is
// still read at once; a late file of some lines need not read a large one.
static bool names_most_splits(const Rows *rows)
{
    enum { SPLIT_BYTES_WORTH = 30 };
    int64_t named_bytes = 0;

    for (size_t i = 0; i < rows_count(rows); i++)
        named_bytes += rows_int64(rows, i, "named_bytes");
    return rows_count(rows) > 0 &&
           rows_int64(rows, 0, "split_bytes") < SPLIT_BYTES_WORTH * named_bytes;
}

static Status read_spans(Store *store, LineTerms *terms, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_query(store, &sql_line_spans,
                    PARAMS(param_int64_array(terms->accruals, terms->accrual_count)), &rows,
                    error));
    terms->span_rows = rows;
    terms->span_count = rows_count(rows);
    terms->spans = MEMORY_NEW(LineSpan, terms->span_count);
    for (size_t i = 0; i < terms->span_count; i++) {
        terms->spans[i] = (LineSpan){
            .kind = rows_text(rows, i, "kind"),
            .feed = rows_int64(rows, i, "feed"),
            .provider = rows_text(rows, i, "provider"),
            .feed_name = rows_text(rows, i, "feed_name"),
            .period_from = rows_text(rows, i, "period_from"),
            .period_to = rows_text(rows, i, "period_to"),
        };
        terms->has_reported |= rows_bool(rows, i, "is_reported");
    }
    terms->names_most_splits = names_most_splits(rows);

cleanup:
    return status;
}

Status line_terms_read(Store *store, int64_t run, LineTerms *terms, Error *error)
{
    Status status = STATUS_OK;

    TRY(read_requests(store, run, terms, error));
    TRY(read_accruals(store, run, terms, error));
    TRY(read_spans(store, terms, error));

cleanup:
    return status;
}

void line_terms_free(LineTerms *terms)
{
    free(terms->requests);
    free(terms->by_payee);
    free(terms->spans);
    free(terms->accruals);
    rows_free(terms->request_rows);
    rows_free(terms->span_rows);
}

bool line_terms_find_payee(const LineTerms *terms, int64_t payee, uint32_t *out_place)
{
    size_t first = 0;
    size_t end = terms->request_count;

    while (first < end) {
        size_t middle = first + (end - first) / 2;

        if (terms->requests[terms->by_payee[middle]].payee < payee)
            first = middle + 1;
        else
            end = middle;
    }
    if (first == terms->request_count || terms->requests[terms->by_payee[first]].payee != payee)
        return false;
    *out_place = (uint32_t)first;
    return true;
}

bool line_terms_find_span(const LineTerms *terms, const LineSpan *span, uint32_t *out_place)
{
    for (size_t i = 0; i < terms->span_count; i++) {
        const LineSpan *other = &terms->spans[i];

        if (other->feed == span->feed && text_equal(other->kind, span->kind) &&
            text_equal(other->period_from, span->period_from) &&
            text_equal(other->period_to, span->period_to)) {
            *out_place = (uint32_t)i;
            return true;
        }
    }
    return false;
}
