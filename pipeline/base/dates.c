#include "base/dates.h"

#include <stdio.h>

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

// Days since 1970-01-01, counted in eras of 400 years that begin on 1 March, so that a leap day
// ends its year (H. Hinnant, "chrono-compatible low-level date algorithms").
static int32_t count_days(int year, int month, int day_of_month)
{
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day_of_month - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

bool day_from_date(int year, int month, int day_of_month, Day *out_day)
{
    if (year < 1900 || year > 2299 || month < 1 || month > 12 || day_of_month < 1 ||
        day_of_month > days_of_month(year, month))
        return false;
    *out_day = count_days(year, month, day_of_month);
    return true;
}

static void day_to_date(Day day, int *out_year, int *out_month, int *out_day_of_month)
{
    int shifted = day + 719468;
    int era = shifted / 146097;
    int day_of_era = shifted - era * 146097;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month = (5 * day_of_year + 2) / 153;

    *out_day_of_month = day_of_year - (153 * month + 2) / 5 + 1;
    *out_month = month < 10 ? month + 3 : month - 9;
    *out_year = year_of_era + era * 400 + (*out_month <= 2 ? 1 : 0);
}

static bool read_digits(const char *bytes, int count, int *out_number)
{
    int number = 0;

    for (int i = 0; i < count; i++) {
        if (bytes[i] < '0' || bytes[i] > '9')
            return false;
        number = number * 10 + (bytes[i] - '0');
    }
    *out_number = number;
    return true;
}

bool day_parse(Slice text, Day *out_day)
{
    int year = 0;
    int month = 0;
    int day_of_month = 0;

    return text.size_bytes == 10 && text.bytes[4] == '-' && text.bytes[7] == '-' &&
           read_digits(text.bytes, 4, &year) && read_digits(text.bytes + 5, 2, &month) &&
           read_digits(text.bytes + 8, 2, &day_of_month) &&
           day_from_date(year, month, day_of_month, out_day);
}

const char *day_print(Day day, char text[DAY_TEXT_BYTES])
{
    int year = 0;
    int month = 0;
    int day_of_month = 0;

    day_to_date(day, &year, &month, &day_of_month);
    // The moduli only tell the compiler that the text fits.
    (void)snprintf(text, DAY_TEXT_BYTES, "%04u-%02u-%02u", (unsigned)year % 10000,
                   (unsigned)month % 100, (unsigned)day_of_month % 100);
    return text;
}

Day day_end_of_month(Day day)
{
    int year = 0;
    int month = 0;
    int day_of_month = 0;

    day_to_date(day, &year, &month, &day_of_month);
    return day + days_of_month(year, month) - day_of_month;
}
