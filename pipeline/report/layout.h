#ifndef TIDEMARK_REPORT_LAYOUT_H
#define TIDEMARK_REPORT_LAYOUT_H

#include "base/dates.h"
#include "base/decimal.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * The layout of a feed's report files: data, not code. Settings fill it (config/feeds/NAME.yaml),
 * the reader follows it. Everything in it is owned by whoever made it; the reader borrows it.
 */

typedef enum Encoding { ENCODING_UTF_8, ENCODING_UTF_16, ENCODING_LATIN_1 } Encoding;

/** What a column means to us. */
typedef enum ColumnRole {
    COLUMN_SEQUENCE_ID,
    COLUMN_TIME,        // instant or local time of the play: gives the day
    COLUMN_PERIOD,      // a date, or a month ("2026-10"): the whole period in one column
    COLUMN_PERIOD_FROM, // first day
    COLUMN_PERIOD_TO,   // last day, included
    COLUMN_RECORDING,   // ISRC
    COLUMN_RELEASE,     // UPC, EAN, GRid
    COLUMN_TERRITORY,
    COLUMN_TIER,
    COLUMN_DURATION,
    COLUMN_MONETISED, // the provider's own flag or count
    COLUMN_QUANTITY,  // streams that the row stands for; 1 where there is no such column
    COLUMN_AMOUNT,
    COLUMN_CURRENCY,
    COLUMN_ROLES
} ColumnRole;

/** Where a value comes from: exactly one of the four is set, or none (the role is not used). */
typedef struct LayoutColumn {
    char *name;      // by the header
    int position;    // from 1, by place
    char *constant;  // the same for all rows
    char *name_part; // a {part} of the file's name, see name_pattern
} LayoutColumn;

/** Rows that are not streams: record types, subtotals. Either these values are skipped, or all but
 * these. */
typedef struct LayoutFilter {
    LayoutColumn column; // by name or position
    char **values;
    size_t value_count;
    bool keep_only;
} LayoutFilter;

/**
 * The sender's own totals, in a row of the preamble or of the body whose `marker` column has
 * `marker_value`. Such a row is not a stream. What is named there must equal what was read, else
 * the file is refused.
 */
typedef struct LayoutTotals {
    LayoutColumn marker;
    char *marker_value; // NULL: the feed has none
    LayoutColumn rows;
    LayoutColumn streams;
    LayoutColumn amount;
    bool required; // a file without that row was cut: refused
} LayoutTotals;

typedef enum MonetisedBy {
    MONETISED_BY_DURATION, // longer than a threshold
    MONETISED_BY_FLAG,     // one of these values
    MONETISED_BY_COUNT,    // so many of the row's streams
    MONETISED_ALL
} MonetisedBy;

typedef enum DurationUnit {
    DURATION_SECONDS,
    DURATION_MILLISECONDS,
    DURATION_CLOCK /* [h:]mm:ss[.fff] */
} DurationUnit;

typedef enum TimeFormat {
    TIME_ISO_8601, // date, or date and time with T or space, with fraction and offset or Z
    TIME_UNIX_SECONDS,
    TIME_UNIX_MILLISECONDS,
    TIME_PATTERN // time_pattern: %Y %m %d %H %M %S %y %b %z, the rest literally; without %d it is a
                 // month
} TimeFormat;

typedef enum Identity { IDENTITY_COLUMN, IDENTITY_LINE } Identity;

typedef struct Layout {
    Encoding encoding;
    char delimiter;
    bool quoted;        // false: a quotation mark is a letter like any other
    int preamble_lines; // lines before the header, or before the first row
    bool header;        // columns may be found by name
    int footer_lines;   // lines at the end that are no rows
    LayoutColumn columns[COLUMN_ROLES];
    LayoutFilter *filters;
    size_t filter_count;
    LayoutTotals totals;
    char decimal_point; // '.' or ','
    TimeFormat time_format;
    char *time_pattern;
    DurationUnit duration_unit;
    MonetisedBy monetised_by;
    int64_t monetised_threshold_us; // of the duration, in microseconds
    bool monetised_at_threshold;    // true: exactly the threshold suffices
    char **monetised_flags;         // values that mean yes; compared without case
    size_t monetised_flag_count;
    char **unmonetised_flags; // values that mean no; anything else rejects the row
    size_t unmonetised_flag_count;
    Identity identity;
    int64_t first_id;
    char *name_pattern; // "sales_{service}_{period}_{part}of{parts}.csv.gz", or NULL: see name.h
} Layout;

/** Frees what a layout owns, not the layout itself, and empties it. */
void layout_clear(Layout *layout);

/** What a role is called in settings, messages and documentation: "sequence_id", "period_from" … */
const char *layout_column_key(ColumnRole role);

/**
 * The UTC instants at which the feed's local days begin: day first_day + i begins at starts[i];
 * starts has count + 1 of them, so that the last day's end is known. One PostgreSQL query per run
 * knows the zones.
 */
typedef struct DayTable {
    Day first_day;
    size_t count;
    const Instant *starts;
} DayTable;

/** The local day of an instant. `hint` is the index of the day found last, since rows come in time
 * order. False: outside. */
bool day_table_find(const DayTable *table, Instant instant, size_t *hint, Day *out_day);

#endif
