#include "guess/parts.h"

#include "base/memory.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The likelier first: of formats that fit equally, and lie equally near, the first is taken.
static const char *const day_patterns[] = {
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y",  "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",
    "%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%d/%b/%Y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%b-%y",
};
static const char *const month_patterns[] = {
    "%Y%m", "%m/%Y", "%Y/%m", "%m-%Y", "%m.%Y", "%b %Y", "%b-%Y", "%b-%y", "%Y-%b",
};
static const char *const clocks[] = {"",          " %H:%M:%S",   " %H:%M",     " %H:%M:%S %z",
                                     "T%H:%M:%S", " %H:%M:%S%z", "T%H:%M:%S%z"};

Instant *guess_utc_days(DayTable *out_days)
{
    size_t count = (size_t)(REPORT_DAY_MAX - REPORT_DAY_MIN) + 1;
    Instant *starts = MEMORY_NEW(Instant, count + 1);

    for (size_t i = 0; i <= count; i++)
        starts[i] = ((Instant)REPORT_DAY_MIN + (Instant)i) * MICROSECONDS_PER_DAY;
    *out_days = (DayTable){.first_day = REPORT_DAY_MIN, .count = count, .starts = starts};
    return starts;
}

/** A format, and how it reads some values. */
typedef struct Trial {
    TimeFormat format;
    char pattern[40];
    size_t fitting;
    int64_t span_days; // of periods their lengths in sum, else from the first to the last
    bool is_month;
} Trial;

typedef struct Values {
    const Slice *from;
    const Slice *to; // NULL: no periods
    size_t count;
    const DayTable *days;
} Values;

enum { DAYS_OF_A_BAD_PERIOD = 100000 }; // one that ends before it begins

static void try_format(const Values *values, Trial *trial)
{
    TimeRules rules = {.format = trial->format, .pattern = trial->pattern, .days = values->days};
    Day first = DAY_MAX;
    Day last = DAY_MIN;

    for (size_t i = 0; i < values->count; i++) {
        Day from = 0;
        Day to = 0;
        Day end = 0;
        Day end_of_month = 0;

        if (time_parse(&rules, values->from[i], true, &from, &to) != REJECT_NONE)
            continue;
        trial->is_month |= to > from;
        if (values->to != NULL &&
            time_parse(&rules, values->to[i], true, &end, &end_of_month) != REJECT_NONE)
            continue;
        trial->fitting++;
        first = from < first ? from : first;
        last = from > last ? from : last;
        if (values->to != NULL)
            trial->span_days += end_of_month >= from ? end_of_month - from : DAYS_OF_A_BAD_PERIOD;
    }
    if (values->to == NULL && trial->fitting > 0)
        trial->span_days = last - first;
}

/** Whether numbers that could be Unix times are: from 2001 to 2064. */
static bool is_unix_time(const Values *values, size_t digits)
{
    for (size_t i = 0; i < values->count; i++) {
        const char *point = memchr(values->from[i].bytes, '.', values->from[i].size_bytes);
        size_t whole =
            point == NULL ? values->from[i].size_bytes : (size_t)(point - values->from[i].bytes);

        if (whole == digits)
            return values->from[i].bytes[0] >= '1' && values->from[i].bytes[0] <= '2';
    }
    return false;
}

typedef struct Best {
    Trial trial;
    Trial other; // that fits as well and lies as near, in another way
} Best;

/** Whether two patterns differ only in what is day and what is month. */
static bool are_alike(const Trial *left, const Trial *right)
{
    return left->format == TIME_PATTERN && right->format == TIME_PATTERN &&
           strlen(left->pattern) == strlen(right->pattern);
}

static void consider(const Values *values, TimeFormat format, const char *pattern,
                     const char *clock, Best *best)
{
    Trial trial = {.format = format};

    (void)snprintf(trial.pattern, sizeof trial.pattern, "%s%s", pattern, clock);
    try_format(values, &trial);
    if (trial.fitting == 0 || trial.fitting < best->trial.fitting)
        return;
    if (trial.fitting > best->trial.fitting || trial.span_days < best->trial.span_days) {
        bool still_fits = trial.fitting == best->trial.fitting && are_alike(&trial, &best->trial);

        best->other = still_fits ? best->trial : (Trial){0};
        best->trial = trial;
    } else if (are_alike(&trial, &best->trial)) {
        best->other = trial;
    }
}

/** Patterns whose clock fits: tried only where the first value has one. */
static void consider_patterns(const Values *values, const char *const patterns[],
                              size_t pattern_count, bool has_clock, Best *best)
{
    for (size_t i = 0; i < pattern_count; i++)
        for (size_t j = has_clock ? 1 : 0; j < (has_clock ? COUNT_OF(clocks) : 1); j++)
            consider(values, TIME_PATTERN, patterns[i], clocks[j], best);
}

static bool has_clock(const Best *best, const Values *values)
{
    if (best->trial.format == TIME_PATTERN)
        return strchr(best->trial.pattern, 'H') != NULL;
    if (best->trial.format != TIME_ISO_8601)
        return true;
    for (size_t i = 0; i < values->count; i++)
        if (memchr(values->from[i].bytes, ':', values->from[i].size_bytes) != NULL)
            return true;
    return false;
}

bool guess_time(const Slice from[], const Slice to[], size_t count, const DayTable *days,
                GuessTime *out_time)
{
    Values values = {from, to, count, days};
    Best best = {0};
    bool has_colon = false;

    for (size_t i = 0; i < count; i++)
        has_colon |= memchr(from[i].bytes, ':', from[i].size_bytes) != NULL;
    consider(&values, TIME_ISO_8601, "", "", &best);
    if (is_unix_time(&values, 10))
        consider(&values, TIME_UNIX_SECONDS, "", "", &best);
    if (is_unix_time(&values, 13))
        consider(&values, TIME_UNIX_MILLISECONDS, "", "", &best);
    if (best.trial.fitting < count) {
        consider_patterns(&values, day_patterns, COUNT_OF(day_patterns), has_colon, &best);
        if (!has_colon)
            consider_patterns(&values, month_patterns, COUNT_OF(month_patterns), false, &best);
    }
    if (best.trial.fitting == 0)
        return false;
    *out_time = (GuessTime){.format = best.trial.format,
                            .fitting = best.trial.fitting,
                            .has_clock = has_clock(&best, &values),
                            .is_month = best.trial.is_month};
    memcpy(out_time->pattern, best.trial.pattern, sizeof out_time->pattern);
    // Which of the two it is, only their nearness says, or nothing: a person is told.
    if (best.other.fitting == best.trial.fitting) {
        memcpy(out_time->other_pattern, best.other.pattern, sizeof out_time->other_pattern);
        out_time->is_undecided = best.other.span_days == best.trial.span_days;
    }
    return true;
}
