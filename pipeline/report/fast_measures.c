#include "report/fast_step.h"

#include "report/quick.h"
#include "report/values.h"

enum { MICROSECOND_DIGITS = 6 };

size_t fast_read_ids(FastColumns *fast, const FastStep *step, size_t row_count)
{
    int64_t *ids = fast->block->sequence_ids + fast->base;
    RowValues values;

    for (size_t row = 0; row < row_count; row++) {
        Span span = span_of(step, row);

        if (quick_number(begin_of(fast, span), end_of(fast, span), &ids[row]) &&
            ids[row] >= fast->first_id)
            continue;
        if (!read_carefully(fast, step, row, &values))
            return row;
        ids[row] = values.sequence_id;
    }
    return row_count;
}

static bool read_duration(const FastColumns *fast, const char *begin, const char *end,
                          int64_t *out_us)
{
    static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    unsigned digits = fast->layout->duration_unit == DURATION_SECONDS ? MICROSECOND_DIGITS
                                                                      : MICROSECOND_DIGITS - 3;
    unsigned behind = 0;
    int64_t number = 0;

    if (!quick_fraction(begin, end, fast->layout->decimal_point, &number, &behind) ||
        behind > digits)
        return false;
    *out_us = number * powers[digits - behind];
    return true;
}

size_t fast_read_durations(FastColumns *fast, const FastStep *step, size_t row_count)
{
    bool is_clock = fast->layout->duration_unit == DURATION_CLOCK;
    RowValues values;

    for (size_t row = 0; row < row_count; row++) {
        Span span = span_of(step, row);
        int64_t us = 0;

        if (!is_clock && read_duration(fast, begin_of(fast, span), end_of(fast, span), &us)) {
            fast->is_monetised[row] = us >= fast->monetised_from_us;
            continue;
        }
        if (!read_carefully(fast, step, row, &values))
            return row;
        fast->is_monetised[row] = values.is_monetised;
    }
    return row_count;
}

size_t fast_read_flags(FastColumns *fast, const FastStep *step, size_t row_count)
{
    RowValues values;

    for (size_t row = 0; row < row_count; row++) {
        Slice text = text_of(fast, span_of(step, row));

        fast->is_monetised[row] = is_remembered(&fast->flags[true], text);
        if (fast->is_monetised[row] || is_remembered(&fast->flags[false], text))
            continue;
        if (!read_carefully(fast, step, row, &values))
            return row;
        remember(&fast->flags[values.is_monetised], text);
        fast->is_monetised[row] = values.is_monetised;
    }
    return row_count;
}

// A whole number within QUANTITY_MAX, perhaps with a minus.
static bool read_quantity(const char *begin, const char *end, int64_t *out_quantity)
{
    enum { DIGITS_MAX = 15 };
    bool is_negative = begin < end && *begin == '-';

    begin += is_negative ? 1 : 0;
    if (end - begin > DIGITS_MAX || !quick_number(begin, end, out_quantity))
        return false;
    *out_quantity = is_negative ? -*out_quantity : *out_quantity;
    return true;
}

// Counts and quantities; the careful step leaves its one at `value_at` of the row's values.
static size_t read_quantities(FastColumns *fast, const FastStep *step, size_t row_count,
                              size_t value_at, int64_t out_quantities[])
{
    RowValues values;

    for (size_t row = 0; row < row_count; row++) {
        Span span = span_of(step, row);

        if (read_quantity(begin_of(fast, span), end_of(fast, span), &out_quantities[row]))
            continue;
        if (!read_carefully(fast, step, row, &values))
            return row;
        memcpy(&out_quantities[row], (const char *)&values + value_at, sizeof out_quantities[row]);
    }
    return row_count;
}

size_t fast_read_quantities(FastColumns *fast, const FastStep *step, size_t row_count)
{
    return read_quantities(fast, step, row_count, offsetof(RowValues, streams),
                           fast->block->streams + fast->base);
}

size_t fast_read_counts(FastColumns *fast, const FastStep *step, size_t row_count)
{
    return read_quantities(fast, step, row_count, offsetof(RowValues, monetised),
                           fast->block->monetised + fast->base);
}

size_t fast_check_counts(FastColumns *fast, const FastStep *step, size_t row_count)
{
    const int64_t *streams = fast->block->streams + fast->base;
    const int64_t *monetised = fast->block->monetised + fast->base;

    (void)step;
    for (size_t row = 0; row < row_count; row++)
        if (value_monetised_range(monetised[row], streams[row]) != REJECT_NONE)
            return row;
    return row_count;
}

size_t fast_count_monetised(FastColumns *fast, const FastStep *step, size_t row_count)
{
    const int64_t *streams = fast->block->streams + fast->base;
    int64_t *monetised = fast->block->monetised + fast->base;

    (void)step;
    for (size_t row = 0; row < row_count; row++)
        monetised[row] = fast->is_monetised[row] * streams[row];
    return row_count;
}

// [-]digits[point digits], no more digits than 64 bits hold.
static bool read_amount(const char *begin, const char *end, char point, Decimal *out_amount)
{
    enum { DIGITS_MAX = 18 };
    bool is_negative = begin < end && *begin == '-';
    const char *point_at = NULL;
    int64_t units = 0;

    begin += is_negative ? 1 : 0;
    if (begin == end || end - begin > DIGITS_MAX || *begin == point || end[-1] == point)
        return false;
    for (const char *at = begin; at < end; at++) {
        unsigned digit = (unsigned char)*at - (unsigned)'0';

        if (digit <= 9)
            units = units * 10 + (int64_t)digit;
        else if (*at == point && point_at == NULL)
            point_at = at;
        else
            return false;
    }
    *out_amount = decimal_from_units(is_negative ? -units : units,
                                     point_at == NULL ? 0 : (unsigned)(end - point_at - 1));
    return true;
}

size_t fast_read_amounts(FastColumns *fast, const FastStep *step, size_t row_count)
{
    Decimal *amounts = fast->block->amounts + fast->base;
    char point = fast->layout->decimal_point;
    RowValues values;

    for (size_t row = 0; row < row_count; row++) {
        Span span = span_of(step, row);

        if (read_amount(begin_of(fast, span), end_of(fast, span), point, &amounts[row]))
            continue;
        if (!read_carefully(fast, step, row, &values))
            return row;
        amounts[row] = values.amount;
    }
    return row_count;
}
