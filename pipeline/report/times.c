#include "report/times.h"

#include <string.h>

// A time as it is written, not yet known to be one.
typedef struct Moment {
    int year;
    int month;
    int day_of_month; // 0: the whole month
    int hour;
    int minute;
    int second;
    int microsecond;
    bool has_offset;
    int offset_minutes; // east of Greenwich
} Moment;

typedef struct Cursor {
    const char *at;
    const char *end;
} Cursor;

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static bool take_byte(Cursor *cursor, char byte)
{
    if (cursor->at == cursor->end || *cursor->at != byte)
        return false;
    cursor->at++;
    return true;
}

static bool take_number(Cursor *cursor, int digits_min, int digits_max, int *out_number)
{
    int number = 0;
    int digits = 0;

    while (digits < digits_max && cursor->at < cursor->end && is_digit(*cursor->at)) {
        number = number * 10 + (*cursor->at++ - '0');
        digits++;
    }
    *out_number = number;
    return digits >= digits_min;
}

// What is beyond microseconds is cut: it changes no day.
static void take_fraction(Cursor *cursor, int *out_microsecond)
{
    int unit = 100000;

    if (cursor->end - cursor->at < 2 || (*cursor->at != '.' && *cursor->at != ',') ||
        !is_digit(cursor->at[1]))
        return;
    for (cursor->at++; cursor->at < cursor->end && is_digit(*cursor->at); cursor->at++) {
        *out_microsecond += (*cursor->at - '0') * unit;
        unit /= 10;
    }
}

// Z, ±hh, ±hhmm or ±hh:mm.
static bool take_offset(Cursor *cursor, Moment *moment)
{
    bool is_west = false;
    int hours = 0;
    int minutes = 0;

    moment->has_offset = true;
    if (take_byte(cursor, 'Z') || take_byte(cursor, 'z'))
        return true;
    is_west = take_byte(cursor, '-');
    if ((!is_west && !take_byte(cursor, '+')) || !take_number(cursor, 2, 2, &hours))
        return false;
    if (take_byte(cursor, ':') || (cursor->at < cursor->end && is_digit(*cursor->at)))
        if (!take_number(cursor, 2, 2, &minutes))
            return false;
    moment->offset_minutes = (hours * 60 + minutes) * (is_west ? -1 : 1);
    return hours < 24 && minutes < 60;
}

static bool read_iso_8601(Slice text, bool is_period, Moment *moment)
{
    Cursor cursor = {.at = text.bytes, .end = text.bytes + text.size_bytes};

    if (!take_number(&cursor, 4, 4, &moment->year) || !take_byte(&cursor, '-') ||
        !take_number(&cursor, 2, 2, &moment->month))
        return false;
    if (cursor.at == cursor.end)
        return is_period;
    if (!take_byte(&cursor, '-') || !take_number(&cursor, 2, 2, &moment->day_of_month) ||
        moment->day_of_month == 0)
        return false;
    if (cursor.at == cursor.end)
        return true;
    if (!take_byte(&cursor, 'T') && !take_byte(&cursor, 't') && !take_byte(&cursor, ' '))
        return false;
    if (!take_number(&cursor, 2, 2, &moment->hour) || !take_byte(&cursor, ':') ||
        !take_number(&cursor, 2, 2, &moment->minute))
        return false;
    if (take_byte(&cursor, ':')) {
        if (!take_number(&cursor, 2, 2, &moment->second))
            return false;
        take_fraction(&cursor, &moment->microsecond);
    }
    return (cursor.at == cursor.end || take_offset(&cursor, moment)) && cursor.at == cursor.end;
}

static bool take_month_name(Cursor *cursor, int *out_month)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    Slice name = {.bytes = cursor->at};

    while (cursor->at < cursor->end && is_letter(*cursor->at))
        cursor->at++;
    name.size_bytes = (size_t)(cursor->at - name.bytes);
    for (int i = 0; i < (int)COUNT_OF(months); i++) {
        char abbreviation[] = {months[i][0], months[i][1], months[i][2], '\0'};

        if (slice_equals_text_any_case(name, months[i]) ||
            slice_equals_text_any_case(name, abbreviation)) {
            *out_month = i + 1;
            return true;
        }
    }
    return false;
}

static bool take_zone(Cursor *cursor, Moment *moment)
{
    if (cursor->end - cursor->at >= 3 &&
        (memcmp(cursor->at, "UTC", 3) == 0 || memcmp(cursor->at, "GMT", 3) == 0)) {
        cursor->at += 3;
        moment->has_offset = true;
        return true;
    }
    return take_offset(cursor, moment);
}

// One conversion of a pattern. Where digits stand on both sides each number has all of its own.
static bool take_conversion(Cursor *cursor, char conversion, bool is_padded, Moment *moment)
{
    int digits_min = is_padded ? 2 : 1;

    switch (conversion) {
    case 'Y':
        return take_number(cursor, 4, 4, &moment->year);
    case 'y':
        if (!take_number(cursor, 2, 2, &moment->year))
            return false;
        moment->year += moment->year < 69 ? 2000 : 1900; // as strptime(3) and POSIX have it
        return true;
    case 'm':
        return take_number(cursor, digits_min, 2, &moment->month);
    case 'b':
        return take_month_name(cursor, &moment->month);
    case 'd':
        return take_number(cursor, digits_min, 2, &moment->day_of_month) &&
               moment->day_of_month > 0;
    case 'H':
        return take_number(cursor, digits_min, 2, &moment->hour);
    case 'M':
        return take_number(cursor, digits_min, 2, &moment->minute);
    case 'S':
        if (!take_number(cursor, digits_min, 2, &moment->second))
            return false;
        take_fraction(cursor, &moment->microsecond);
        return true;
    case 'z':
        return take_zone(cursor, moment);
    case '%':
        return take_byte(cursor, '%');
    default:
        return false;
    }
}

static bool is_number(const char *conversion)
{
    return conversion[0] == '%' && conversion[1] != '\0' &&
           strchr("YymdHMS", conversion[1]) != NULL;
}

static bool read_pattern(const char *pattern, Slice text, Moment *moment)
{
    Cursor cursor = {.at = text.bytes, .end = text.bytes + text.size_bytes};
    bool after_number = false;

    while (*pattern != '\0') {
        if (*pattern != '%') {
            if (!take_byte(&cursor, *pattern++))
                return false;
            after_number = false;
            continue;
        }

        bool number = is_number(pattern);
        bool is_padded = after_number || is_number(pattern + 2);

        if (!take_conversion(&cursor, pattern[1], is_padded, moment))
            return false;
        after_number = number;
        pattern += 2;
    }
    return cursor.at == cursor.end;
}

Status time_pattern_check(const char *pattern, Error *error)
{
    bool has_year = false;
    bool has_month = false;

    for (const char *at = strchr(pattern, '%'); at != NULL; at = strchr(at + 2, '%')) {
        if (at[1] == '\0' || strchr("YymbdHMSz%", at[1]) == NULL)
            return error_set(error, STATUS_CONFIG,
                             "time pattern \"%s\": \"%.2s\" is none of %%Y %%y %%m %%b %%d %%H %%M "
                             "%%S %%z %%%%",
                             pattern, at);
        has_year |= at[1] == 'Y' || at[1] == 'y';
        has_month |= at[1] == 'm' || at[1] == 'b';
    }
    if (!has_year || !has_month)
        return error_set(error, STATUS_CONFIG,
                         "time pattern \"%s\": it needs a year (%%Y or %%y) and a month (%%m or "
                         "%%b)",
                         pattern);
    return STATUS_OK;
}

static RejectReason day_of_instant(TimeRules *rules, Instant instant, Day *out_day)
{
    return day_table_find(rules->days, instant, &rules->hint, out_day) ? REJECT_NONE
                                                                       : REJECT_TIME_RANGE;
}

// The calendar repeats every 400 years, so any year can be held against one that base/ knows.
static RejectReason day_of_date(int year, int month, int day_of_month, Day *out_day)
{
    if (!day_from_date(1900 + (year + 100) % 400, month, day_of_month, out_day))
        return REJECT_TIME_INVALID;
    return day_from_date(year, month, day_of_month, out_day) ? REJECT_NONE : REJECT_TIME_RANGE;
}

static RejectReason days_of_moment(TimeRules *rules, const Moment *moment, Day *out_from,
                                   Day *out_to)
{
    bool is_month = moment->day_of_month == 0;
    Day day = 0;
    RejectReason reason =
        day_of_date(moment->year, moment->month, is_month ? 1 : moment->day_of_month, &day);

    if (moment->hour > 23 || moment->minute > 59 || moment->second > 60)
        return REJECT_TIME_INVALID;
    if (reason != REJECT_NONE)
        return reason;
    if (moment->has_offset && !is_month) {
        bool is_leap = moment->second == 60; // counted as the last microsecond of its minute
        int64_t minutes = (moment->hour * 60 + moment->minute) - moment->offset_minutes;
        int64_t second = is_leap ? 59 : moment->second;
        int64_t microsecond = is_leap ? MICROSECONDS_PER_SECOND - 1 : moment->microsecond;

        reason = day_of_instant(rules,
                                day * MICROSECONDS_PER_DAY +
                                    (minutes * 60 + second) * MICROSECONDS_PER_SECOND + microsecond,
                                &day);
    }
    *out_from = day;
    *out_to = is_month ? day_end_of_month(day) : day;
    return reason;
}

// A whole number of seconds or milliseconds, and perhaps a fraction of one.
static RejectReason days_of_unix_time(TimeRules *rules, Slice text, int64_t unit_us, Day *out_from,
                                      Day *out_to)
{
    const char *point = memchr(text.bytes, '.', text.size_bytes);
    size_t whole_bytes = point == NULL ? text.size_bytes : (size_t)(point - text.bytes);
    int64_t number = 0;
    Instant instant = 0;
    size_t digits = 0;

    for (size_t i = text.bytes[0] == '-' ? 1 : 0; i < text.size_bytes; i++) {
        if (i != whole_bytes && !is_digit(text.bytes[i]))
            return REJECT_TIME_INVALID;
        digits += i < whole_bytes ? 1 : 0;
    }
    if (digits == 0)
        return REJECT_TIME_INVALID;
    if (!slice_to_int64((Slice){.bytes = text.bytes, .size_bytes = whole_bytes}, &number) ||
        __builtin_mul_overflow(number, unit_us, &instant))
        return REJECT_TIME_RANGE;

    RejectReason reason = day_of_instant(rules, instant, out_from);

    *out_to = *out_from;
    return reason;
}

RejectReason time_parse(TimeRules *rules, Slice text, bool is_period, Day *out_from, Day *out_to)
{
    RejectReason reason = REJECT_TIME_INVALID;
    Moment moment = {0};
    Day from = 0;
    Day to = 0;

    if (text.size_bytes == 0)
        return REJECT_TIME_MISSING;
    switch (rules->format) {
    case TIME_ISO_8601:
        if (read_iso_8601(text, is_period, &moment))
            reason = days_of_moment(rules, &moment, &from, &to);
        break;
    case TIME_UNIX_SECONDS:
        reason = days_of_unix_time(rules, text, MICROSECONDS_PER_SECOND, &from, &to);
        break;
    case TIME_UNIX_MILLISECONDS:
        reason = days_of_unix_time(rules, text, MICROSECONDS_PER_SECOND / 1000, &from, &to);
        break;
    case TIME_PATTERN:
        if (read_pattern(rules->pattern, text, &moment))
            reason = days_of_moment(rules, &moment, &from, &to);
        break;
    }
    if (reason == REJECT_NONE && (from < REPORT_DAY_MIN || to > REPORT_DAY_MAX))
        reason = REJECT_TIME_RANGE;
    if (reason == REJECT_NONE) {
        *out_from = from;
        *out_to = to;
    }
    return reason;
}
