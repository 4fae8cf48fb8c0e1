#ifndef TIDEMARK_PAYOUT_LINE_TERMS_H
#define TIDEMARK_PAYOUT_LINE_TERMS_H

#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * What the lines of a payout run are made by: the requests that it pays, the accruals that they
 * cover, and the spans (kind, feed, period) of what was earned in these. Both stand in the order in
 * which their lines come, so that their places are what lines are sorted by.
 *
 * Texts are borrowed from the rows that came from the database; amounts are texts, as SQL wrote
 * them. Only read once it is made.
 */
typedef struct LineRequest {
    int64_t number;
    const char *reference;
    int64_t payee;
    const char *payee_key;
    const char *currency;
    const char *amount;
    const char *carried_in;
    const char *carried_out; // negative
    int64_t first_accrual;
    int64_t last_accrual;
} LineRequest;

typedef struct LineSpan {
    const char *kind; // "earned", "reversed"
    int64_t feed;
    const char *provider;
    const char *feed_name;
    const char *period_from;
    const char *period_to;
} LineSpan;

typedef struct LineTerms {
    LineRequest *requests;
    size_t request_count;
    uint32_t *by_payee; // places of requests: those of a payee beside each other
    LineSpan *spans;
    size_t span_count;
    int64_t *accruals;
    size_t accrual_count;
    bool has_reported;      // some rates take a share of what the provider reported
    bool names_most_splits; // so that all are read at once, not found one by one
    Rows *request_rows;
    Rows *span_rows;
} LineTerms;

/** {0}, then this, then line_terms_free(), in either case. */
Status line_terms_read(Store *store, int64_t run, LineTerms *terms, Error *error);
void line_terms_free(LineTerms *terms);

/** The place in `by_payee` of the payee's first request; false: the run does not pay it. */
bool line_terms_find_payee(const LineTerms *terms, int64_t payee, uint32_t *out_place);
/** The place of a span; false: there is none. */
bool line_terms_find_span(const LineTerms *terms, const LineSpan *span, uint32_t *out_place);

#endif
