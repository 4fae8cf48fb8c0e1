#ifndef TIDEMARK_BASE_DATES_H
#define TIDEMARK_BASE_DATES_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * Days are numbers: days since 1970-01-01 in the proleptic Gregorian calendar, whatever the zone.
 * Instants are microseconds since 1970-01-01 00:00 UTC. No function here knows a zone or a clock.
 */
typedef int32_t Day;
typedef int64_t Instant;

#define DAY_MIN (-25567) // 1900-01-01
#define DAY_MAX 120529   // 2299-12-31
#define DAY_NONE INT32_MIN
#define MICROSECONDS_PER_SECOND INT64_C(1000000)
#define MICROSECONDS_PER_DAY (INT64_C(86400) * MICROSECONDS_PER_SECOND)

/** "2026-11-24" needs this many bytes with its NUL. */
enum { DAY_TEXT_BYTES = 11 };

/** The day of a date. False: the calendar has no such date, or it lies outside DAY_MIN to DAY_MAX.
 */
bool day_from_date(int year, int month, int day_of_month, Day *out_day);
/** Reads exactly YYYY-MM-DD. */
bool day_parse(Slice text, Day *out_day);
/** Writes YYYY-MM-DD and returns `text`. */
const char *day_print(Day day, char text[DAY_TEXT_BYTES]);
/** The last day of the month that the day lies in. */
Day day_end_of_month(Day day);

#endif
