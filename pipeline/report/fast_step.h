#ifndef TIDEMARK_REPORT_FAST_STEP_H
#define TIDEMARK_REPORT_FAST_STEP_H

#include "report/fast_columns.h"
#include "report/short_texts.h"

#include <string.h>

/**
 * What the fast columns are made of, for those who write a step of them: fast_times.c,
 * fast_measures.c, fast_names.c. A step reads a column of the table's rows; where a value is not in
 * the form that it knows it calls read_carefully(), and where that finds a fault it ends.
 */
enum { FAST_STEPS_MAX = 16, REMEMBERED_BYTES_MAX = 32 };

typedef struct FastStep FastStep;

/** Reads a column of rows into the block; returns how many are good, up to the first fault. */
typedef size_t (*FastLoop)(FastColumns *fast, const FastStep *step, size_t row_count);

struct FastStep {
    FastLoop loop;
    RowStep careful;   // the same for one row, whatever its form
    int field;         // NO_FIELD: the step reads none
    int other_field;   // of a step that reads two
    const Span *spans; // of the first row; those of the next lie `stride` behind them
    const Span *other_spans;
    size_t stride;
};

/** A text that was good: the next row mostly has the same date, flag or period. */
typedef struct Remembered {
    size_t size_bytes; // 0: none
    char bytes[REMEMBERED_BYTES_MAX];
} Remembered;

struct FastColumns {
    const Layout *layout;
    const Splitter *splitter;
    RowReading reading;
    CsvRow row;    // what a careful step sees:
    Slice *fields; // of them only those that it reads
    RowValues fixed;
    FastStep steps[FAST_STEPS_MAX];
    size_t step_count;
    bool is_read[COLUMN_ROLES]; // by a step; PERIOD stands for all roles that give one
    int64_t first_id;
    int64_t monetised_from_us; // the shortest duration that is monetised

    // What is being read:
    const char *bytes;
    RowBlock *block;
    size_t base; // the block's row for the first of the table's
    bool is_monetised[TABLE_ROWS_MAX];

    // What was read before:
    uint64_t date_words[2]; // of a time: the first and the last eight of the ten bytes of its date
    Day date;
    uint64_t time_words[3]; // of a time of 16 to 24 bytes: the first, the next and the last eight
    size_t time_bytes;      // 0: none
    Day time_day;
    Day day; // the local day that was found last
    Instant day_begin;
    Instant day_end;
    Remembered periods[2];
    Day period_from;
    Day period_to;
    Remembered flags[2]; // no, yes
    ShortTexts territories;
    ShortTexts tiers;
    ShortTexts currencies;
    IsrcPrefixes isrc_prefixes;
};

static inline Span span_of(const FastStep *step, size_t row)
{
    return step->spans[row * step->stride];
}

static inline Span other_span_of(const FastStep *step, size_t row)
{
    return step->other_spans[row * step->stride];
}

static inline const char *begin_of(const FastColumns *fast, Span span)
{
    return fast->bytes + span_begin(span);
}

static inline const char *end_of(const FastColumns *fast, Span span)
{
    return fast->bytes + span_end(span);
}

static inline Slice text_of(const FastColumns *fast, Span span)
{
    return (Slice){.bytes = begin_of(fast, span), .size_bytes = span_end(span) - span_begin(span)};
}

static inline bool is_remembered(const Remembered *remembered, Slice text)
{
    return text.size_bytes > 0 && text.size_bytes == remembered->size_bytes &&
           memcmp(text.bytes, remembered->bytes, text.size_bytes) == 0;
}

static inline void remember(Remembered *remembered, Slice text)
{
    remembered->size_bytes = text.size_bytes <= REMEMBERED_BYTES_MAX ? text.size_bytes : 0;
    memcpy(remembered->bytes, text.bytes, remembered->size_bytes);
}

// The step of the careful reader, for a value that is not in its plain form. False: a fault.
static inline bool read_carefully(FastColumns *fast, const FastStep *step, size_t row,
                                  RowValues *values)
{
    *values = fast->fixed;
    fast->fields[step->field] = text_of(fast, span_of(step, row));
    if (step->other_field != NO_FIELD)
        fast->fields[step->other_field] = text_of(fast, other_span_of(step, row));
    return step->careful(&fast->reading, values) == REJECT_NONE;
}

/** Sequence IDs in a column. */
size_t fast_read_ids(FastColumns *fast, const FastStep *step, size_t row_count);
/** Times and dates as ISO 8601 has them. */
size_t fast_read_iso_times(FastColumns *fast, const FastStep *step, size_t row_count);
size_t fast_read_unix_times(FastColumns *fast, const FastStep *step, size_t row_count);
/** Times by a pattern, periods, their first and last days. */
size_t fast_read_periods(FastColumns *fast, const FastStep *step, size_t row_count);
/** Whether rows are monetised, by duration or flag. */
size_t fast_read_durations(FastColumns *fast, const FastStep *step, size_t row_count);
size_t fast_read_flags(FastColumns *fast, const FastStep *step, size_t row_count);
/** How many streams are monetised, and how many there are. */
size_t fast_read_counts(FastColumns *fast, const FastStep *step, size_t row_count);
size_t fast_read_quantities(FastColumns *fast, const FastStep *step, size_t row_count);
/** After both: whether the one is within the other. */
size_t fast_check_counts(FastColumns *fast, const FastStep *step, size_t row_count);
/** After duration or flag, and quantity: how many streams are monetised. */
size_t fast_count_monetised(FastColumns *fast, const FastStep *step, size_t row_count);
size_t fast_read_amounts(FastColumns *fast, const FastStep *step, size_t row_count);
size_t fast_read_currencies(FastColumns *fast, const FastStep *step, size_t row_count);
size_t fast_read_recordings(FastColumns *fast, const FastStep *step, size_t row_count);
size_t fast_read_releases(FastColumns *fast, const FastStep *step, size_t row_count);
size_t fast_read_territories(FastColumns *fast, const FastStep *step, size_t row_count);
size_t fast_read_tiers(FastColumns *fast, const FastStep *step, size_t row_count);

#endif
