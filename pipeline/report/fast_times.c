#include "report/fast_step.h"

#include "report/quick.h"

static bool is_day_of_reports(Day day)
{
    return day >= REPORT_DAY_MIN && day <= REPORT_DAY_MAX;
}

// Takes note of the day that the careful step has found an instant in, and of its bounds.
static void remember_day(FastColumns *fast)
{
    const DayTable *days = fast->reading.times.days;
    size_t found = fast->reading.times.hint;

    if (found >= days->count || !is_day_of_reports(days->first_day + (Day)found))
        return;
    fast->day = days->first_day + (Day)found;
    fast->day_begin = days->starts[found];
    fast->day_end = days->starts[found + 1];
}

// Whether an instant, and what is up to `more` microseconds later, lies in the day found last.
static bool is_in_day(const FastColumns *fast, Instant instant, Instant more)
{
    return instant >= fast->day_begin && instant + more < fast->day_end;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

// A time's end behind its seconds: a fraction, then nothing, Z or ±hh:mm.
typedef struct ClockEnd {
    Instant fraction_max; // 0 without one
    bool has_offset;
    int32_t offset_seconds;
} ClockEnd;

static bool read_clock_end(const char *at, const char *end, ClockEnd *clock_end)
{
    *clock_end = (ClockEnd){0};
    if (at + 1 < end && (*at == '.' || *at == ',') && is_digit(at[1])) {
        clock_end->fraction_max = MICROSECONDS_PER_SECOND - 1;
        for (at++; at < end && is_digit(*at); at++)
            ;
    }
    if (at == end)
        return true;
    clock_end->has_offset = true;
    if (end - at == 1)
        return *at == 'Z' || *at == 'z';
    if (end - at != 6 || (*at != '+' && *at != '-') || at[3] != ':')
        return false;

    int32_t hours = (at[1] - '0') * 10 + at[2] - '0';
    int32_t minutes = (at[4] - '0') * 10 + at[5] - '0';

    clock_end->offset_seconds = (hours * 60 + minutes) * (*at == '-' ? -60 : 60);
    return is_digit(at[1]) && is_digit(at[2]) && is_digit(at[4]) && is_digit(at[5]) && hours < 24 &&
           minutes < 60;
}

static bool read_date(FastColumns *fast, const char *text)
{
    enum { DATE_BYTES = 10 };
    uint64_t first = quick_load(text);
    uint64_t last = quick_load(text + DATE_BYTES - sizeof last);

    if (first == fast->date_words[0] && last == fast->date_words[1])
        return true;
    if (!day_parse((Slice){.bytes = text, .size_bytes = DATE_BYTES}, &fast->date))
        return false;
    fast->date_words[0] = first;
    fast->date_words[1] = last;
    return true;
}

// "2026-11-24", "2026-11-24T18:30:05" and what read_clock_end() knows.
static bool read_iso_8601(FastColumns *fast, const char *begin, const char *end, Day *out_day)
{
    enum { DATE_BYTES = 10, SECOND_BYTES = 19 };
    ClockEnd clock_end = {0};
    int32_t second = 0;

    if (end - begin < DATE_BYTES || !read_date(fast, begin))
        return false;
    if (end - begin > DATE_BYTES) {
        char separator = begin[DATE_BYTES];

        if (end - begin < SECOND_BYTES ||
            (separator != 'T' && separator != ' ' && separator != 't') ||
            !quick_clock(begin + DATE_BYTES + 1, &second) ||
            !read_clock_end(begin + SECOND_BYTES, end, &clock_end))
            return false;
    }
    if (!clock_end.has_offset) {
        *out_day = fast->date;
        return is_day_of_reports(fast->date);
    }
    *out_day = fast->day;
    return is_in_day(fast,
                     fast->date * MICROSECONDS_PER_DAY +
                         (second - clock_end.offset_seconds) * MICROSECONDS_PER_SECOND,
                     clock_end.fraction_max);
}

// Whether a time is the same as the one before, whose day is `time_day`, as it mostly is where rows
// come in the order of their times: a look at three words instead of at what 20 bytes mean (3 ns a row
// instead of 6).
static bool is_time_again(FastColumns *fast, const char *begin, const char *end)
{
    enum { BYTES_MIN = 2 * sizeof(uint64_t), BYTES_MAX = 3 * sizeof(uint64_t) };
    size_t size_bytes = (size_t)(end - begin);

    if (size_bytes < BYTES_MIN || size_bytes > BYTES_MAX) {
        fast->time_bytes = 0;
        return false;
    }

    uint64_t words[] = {quick_load(begin), quick_load(begin + sizeof words[0]),
                        quick_load(end - sizeof words[0])};

    if (size_bytes == fast->time_bytes && words[0] == fast->time_words[0] &&
        words[1] == fast->time_words[1] && words[2] == fast->time_words[2])
        return true;
    memcpy(fast->time_words, words, sizeof words);
    fast->time_bytes = size_bytes;
    return false;
}

size_t fast_read_iso_times(FastColumns *fast, const FastStep *step, size_t row_count)
{
    Day *from = fast->block->period_from + fast->base;
    Day *to = fast->block->period_to + fast->base;
    RowValues values;

    for (size_t row = 0; row < row_count; row++) {
        Span span = span_of(step, row);

        if (!is_time_again(fast, begin_of(fast, span), end_of(fast, span)) &&
            !read_iso_8601(fast, begin_of(fast, span), end_of(fast, span), &fast->time_day)) {
            fast->time_bytes = 0;
            if (!read_carefully(fast, step, row, &values))
                return row;
            remember_day(fast);
            from[row] = values.period_from;
            to[row] = values.period_to;
            continue;
        }
        from[row] = fast->time_day;
        to[row] = fast->time_day;
    }
    return row_count;
}

size_t fast_read_unix_times(FastColumns *fast, const FastStep *step, size_t row_count)
{
    Day *from = fast->block->period_from + fast->base;
    Day *to = fast->block->period_to + fast->base;
    Instant unit_us = fast->layout->time_format == TIME_UNIX_SECONDS
                          ? MICROSECONDS_PER_SECOND
                          : MICROSECONDS_PER_SECOND / 1000;
    RowValues values;

    for (size_t row = 0; row < row_count; row++) {
        Span span = span_of(step, row);
        int64_t number = 0;

        from[row] = fast->day;
        if (!quick_number(begin_of(fast, span), end_of(fast, span), &number) ||
            number >= INT64_MAX / unit_us || !is_in_day(fast, number * unit_us, 0)) {
            if (!read_carefully(fast, step, row, &values))
                return row;
            remember_day(fast);
            from[row] = values.period_from;
        }
        to[row] = from[row];
    }
    return row_count;
}

// Times by a pattern, periods, their first and last days: whatever is not as in the row before is
// read carefully.
size_t fast_read_periods(FastColumns *fast, const FastStep *step, size_t row_count)
{
    Day *from = fast->block->period_from + fast->base;
    Day *to = fast->block->period_to + fast->base;
    bool reads_two = step->other_field != NO_FIELD;
    RowValues values;

    for (size_t row = 0; row < row_count; row++) {
        Slice text = text_of(fast, span_of(step, row));
        Slice other = reads_two ? text_of(fast, other_span_of(step, row)) : text;

        if (!is_remembered(&fast->periods[0], text) || !is_remembered(&fast->periods[1], other)) {
            if (!read_carefully(fast, step, row, &values))
                return row;
            remember(&fast->periods[0], text);
            remember(&fast->periods[1], other);
            fast->period_from = values.period_from;
            fast->period_to = values.period_to;
        }
        from[row] = fast->period_from;
        to[row] = fast->period_to;
    }
    return row_count;
}
