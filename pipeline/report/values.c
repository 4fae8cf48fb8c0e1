#include "report/values.h"

#include <string.h>

enum { FRACTION_DIGITS = 6 };

// More than 10^12 seconds is no duration, and what would not fit does not come up.
static const int64_t whole_max = INT64_C(1000000000000);

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

RejectReason value_sequence_id(Slice text, int64_t first_id, int64_t *out_id)
{
    int64_t id = 0;

    if (text.size_bytes == 0)
        return REJECT_ID_MISSING;
    if (!is_digit(text.bytes[0]) || !slice_to_int64(text, &id) || id < first_id || id < 1)
        return REJECT_ID_INVALID;
    *out_id = id;
    return REJECT_NONE;
}

// Reads digits from a place onwards; false if there are none, or more than `limit` in value.
static bool read_whole(Slice text, size_t *at, int64_t limit, int64_t *out_number)
{
    size_t begin = *at;
    int64_t number = 0;

    for (; *at < text.size_bytes && is_digit(text.bytes[*at]); (*at)++) {
        number = number * 10 + (text.bytes[*at] - '0');
        if (number > limit)
            return false;
    }
    *out_number = number;
    return *at > begin;
}

// Reads the digits behind a point as millionths, what is beyond them rounded up.
static int64_t read_millionths(Slice text, size_t *at)
{
    int64_t millionths = 0;
    int digits = 0;
    bool is_more = false;

    for (; *at < text.size_bytes && is_digit(text.bytes[*at]); (*at)++) {
        if (digits < FRACTION_DIGITS) {
            millionths = millionths * 10 + (text.bytes[*at] - '0');
            digits++;
        } else {
            is_more |= text.bytes[*at] != '0';
        }
    }
    for (; digits < FRACTION_DIGITS; digits++)
        millionths *= 10;
    return millionths + (is_more ? 1 : 0);
}

RejectReason value_quantity(Slice text, char point, int64_t *out_quantity)
{
    bool is_negative = text.size_bytes > 0 && text.bytes[0] == '-';
    size_t at = is_negative || (text.size_bytes > 0 && text.bytes[0] == '+') ? 1 : 0;
    int64_t quantity = 0;

    if (!read_whole(text, &at, QUANTITY_MAX, &quantity))
        return REJECT_QUANTITY_INVALID;
    if (at < text.size_bytes && text.bytes[at] == point) {
        at++;
        if (read_millionths(text, &at) != 0)
            return REJECT_QUANTITY_INVALID;
    }
    if (at != text.size_bytes)
        return REJECT_QUANTITY_INVALID;
    *out_quantity = is_negative ? -quantity : quantity;
    return REJECT_NONE;
}

// [digits][point digits], with a digit somewhere, as millionths of the unit.
static bool read_fractional(Slice text, char point, int64_t *out_millionths)
{
    size_t at = 0;
    int64_t whole = 0;
    bool has_whole = read_whole(text, &at, whole_max, &whole);
    int64_t millionths = 0;

    if (!has_whole && at > 0)
        return false; // too large
    if (at < text.size_bytes && text.bytes[at] == point) {
        size_t begin = ++at;

        millionths = read_millionths(text, &at);
        if (!has_whole && at == begin)
            return false;
    } else if (!has_whole) {
        return false;
    }
    if (at != text.size_bytes)
        return false;
    *out_millionths = whole * MICROSECONDS_PER_SECOND + millionths;
    return true;
}

// [[h:]m:]s[.fff]; what stands behind a colon has two digits and is below 60.
static bool read_clock(Slice text, char point, int64_t *out_us)
{
    int64_t minutes = 0;
    int64_t us = 0;
    size_t begin = 0;

    for (int colons = 0; true; colons++) {
        const char *colon = memchr(text.bytes + begin, ':', text.size_bytes - begin);
        size_t end = colon == NULL ? text.size_bytes : (size_t)(colon - text.bytes);
        Slice part = {.bytes = text.bytes + begin, .size_bytes = end - begin};
        int64_t number = 0;
        size_t at = 0;

        if (!read_whole(part, &at, whole_max / 3600, &number) ||
            (colons > 0 && (at != 2 || number >= 60)))
            return false;
        if (colon == NULL) {
            if (!read_fractional(part, point, &us))
                return false;
            *out_us = minutes * 60 * MICROSECONDS_PER_SECOND + us;
            return true;
        }
        if (at != part.size_bytes || colons == 2)
            return false;
        minutes = minutes * 60 + number;
        begin = end + 1;
    }
}

RejectReason value_duration(Slice text, DurationUnit unit, char point, int64_t *out_us)
{
    int64_t millionths = 0;

    if (text.size_bytes == 0)
        return REJECT_DURATION_INVALID;
    switch (unit) {
    case DURATION_SECONDS:
        if (!read_fractional(text, point, &millionths))
            return REJECT_DURATION_INVALID;
        *out_us = millionths;
        return REJECT_NONE;
    case DURATION_MILLISECONDS:
        if (!read_fractional(text, point, &millionths))
            return REJECT_DURATION_INVALID;
        *out_us = millionths / 1000 + (millionths % 1000 != 0);
        return REJECT_NONE;
    case DURATION_CLOCK:
        return read_clock(text, point, out_us) ? REJECT_NONE : REJECT_DURATION_INVALID;
    }
    return REJECT_DURATION_INVALID;
}

static bool is_one_of(Slice text, char *const flags[], size_t flag_count)
{
    for (size_t i = 0; i < flag_count; i++)
        if (slice_equals_text_any_case(text, flags[i]))
            return true;
    return false;
}

RejectReason value_flag(const Layout *layout, Slice text, bool *out_is_monetised)
{
    if (is_one_of(text, layout->monetised_flags, layout->monetised_flag_count))
        *out_is_monetised = true;
    else if (is_one_of(text, layout->unmonetised_flags, layout->unmonetised_flag_count))
        *out_is_monetised = false;
    else
        return REJECT_MONETISED_INVALID;
    return REJECT_NONE;
}

RejectReason value_currency(Slice text, char letters[CURRENCY_LETTERS])
{
    char capitals[CURRENCY_LETTERS];

    if (text.size_bytes != CURRENCY_LETTERS)
        return REJECT_CURRENCY_INVALID;
    for (int i = 0; i < CURRENCY_LETTERS; i++) {
        capitals[i] = text.bytes[i];
        if (capitals[i] >= 'a' && capitals[i] <= 'z')
            capitals[i] = (char)(capitals[i] - 'a' + 'A');
        if (capitals[i] < 'A' || capitals[i] > 'Z')
            return REJECT_CURRENCY_INVALID;
    }
    memcpy(letters, capitals, CURRENCY_LETTERS);
    return REJECT_NONE;
}

RejectReason value_monetised_range(int64_t count, int64_t quantity)
{
    bool is_within =
        quantity < 0 ? count <= 0 && count >= quantity : count >= 0 && count <= quantity;

    return is_within ? REJECT_NONE : REJECT_MONETISED_RANGE;
}
