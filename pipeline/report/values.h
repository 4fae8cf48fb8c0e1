#ifndef TIDEMARK_REPORT_VALUES_H
#define TIDEMARK_REPORT_VALUES_H

#include "report/layout.h"
#include "report/reject.h"

/**
 * The texts of single fields → typed values. Each takes a trimmed text, gives REJECT_NONE or why
 * not, and leaves its output untouched then. Times are in times.h, codes in code.h.
 */

enum { CURRENCY_LETTERS = 3 };
#define QUANTITY_MAX INT64_C(1000000000000000)

/** Digits alone, leading zeros too: first_id to 2^63 - 1. ID_MISSING, ID_INVALID. */
RejectReason value_sequence_id(Slice text, int64_t first_id, int64_t *out_id);

/**
 * A whole number with an optional sign, at most QUANTITY_MAX either way; zeros behind the point
 * ("12.0") change nothing. QUANTITY_INVALID.
 */
RejectReason value_quantity(Slice text, char point, int64_t *out_quantity);

/**
 * A duration in microseconds, not negative. Digits beyond them that are not zero round up, so that
 * 30.0000001 is longer than 30. The clock's form is [[h:]m:]s, two digits wherever something stands
 * before. DURATION_INVALID.
 */
RejectReason value_duration(Slice text, DurationUnit unit, char point, int64_t *out_us);

/** Whether one of the layout's flags says yes or no, without regard to case. MONETISED_INVALID. */
RejectReason value_flag(const Layout *layout, Slice text, bool *out_is_monetised);

/** Three letters, made capitals. CURRENCY_INVALID. */
RejectReason value_currency(Slice text, char letters[CURRENCY_LETTERS]);

/** Whether 0 ≤ count ≤ quantity, or mirrored for a negative quantity. MONETISED_RANGE. */
RejectReason value_monetised_range(int64_t count, int64_t quantity);

#endif
