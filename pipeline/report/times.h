#ifndef TIDEMARK_REPORT_TIMES_H
#define TIDEMARK_REPORT_TIMES_H

#include "base/error.h"
#include "report/layout.h"
#include "report/reject.h"

/**
 * Texts → days of the feed. An instant (with an offset, or a Unix time) falls on the local day that
 * the feed's day table gives it; a time without an offset is local already; a month is all its
 * days.
 */
typedef struct TimeRules {
    TimeFormat format;
    const char *pattern;  // of TIME_PATTERN; borrowed
    const DayTable *days; // borrowed
    size_t hint;          // for day_table_find()
} TimeRules;

/** Days outside these two, in whichever zone, are TIME_RANGE. */
#define REPORT_DAY_MIN ((Day)7305)  // 1990-01-01
#define REPORT_DAY_MAX ((Day)47481) // 2099-12-31

/**
 * The days of a trimmed text: the first and the last. `is_period` also takes a month in the ISO
 * format ("2026-10"). TIME_MISSING, TIME_INVALID, TIME_RANGE.
 */
RejectReason time_parse(TimeRules *rules, Slice text, bool is_period, Day *out_from, Day *out_to);

/** Whether a pattern can be read by: it knows its conversions, and names a year and a month.
 * STATUS_CONFIG. */
Status time_pattern_check(const char *pattern, Error *error);

#endif
