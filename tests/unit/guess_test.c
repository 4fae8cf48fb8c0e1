#include "guess/guess.h"

#include "base/memory.h"
#include "report/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Small files in the shapes of real providers' reports, and what is made of them.

#define ISRC_A "DEA762600001"
#define ISRC_B "GBUM72600002"
#define UPC_A "4006381333931"
#define UPC_B "5901234123457"

static Guess guess_of_bytes(const char *name, Slice bytes, bool is_whole)
{
    Error error = {0};
    Guess guess = {0};
    GuessSample sample = {.bytes = bytes, .is_whole = is_whole, .file_name = name};

    if (guess_layout(&sample, &guess, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return guess;
}

static Guess guess_of(const char *text)
{
    return guess_of_bytes("report.csv", slice_of(text), true);
}

/** "ISRC", "#3" for a place, "=DE" for a constant, "{country}" for a part of the name, "-" for none. */
static void assert_column(const Guess *guess, ColumnRole role, const char *expected)
{
    const LayoutColumn *column = &guess->layout.columns[role];
    char *found = column->name != NULL        ? memory_copy_text(column->name)
                  : column->position > 0      ? text_format("#%d", column->position)
                  : column->constant != NULL  ? text_format("=%s", column->constant)
                  : column->name_part != NULL ? text_format("{%s}", column->name_part)
                                              : memory_copy_text("-");

    if (strcmp(found, expected) != 0)
        fail_msg("%s is %s; expected %s", layout_column_key(role), found, expected);
    free(found);
}

static void assert_because(const Guess *guess, const char *key, const char *part)
{
    for (size_t i = 0; i < guess->reason_count; i++)
        if (strcmp(guess->reasons[i].key, key) == 0 &&
            strstr(guess->reasons[i].sentence, part) != NULL)
            return;
    for (size_t i = 0; i < guess->reason_count; i++)
        print_error("%s: %s\n", guess->reasons[i].key, guess->reasons[i].sentence);
    fail_msg("no reason of \"%s\" says \"%s\"", key, part);
}

static void assert_refused(const char *text, const char *part)
{
    Error error = {0};
    Guess guess = {0};
    GuessSample sample = {.bytes = slice_of(text), .is_whole = true, .file_name = "report.csv"};

    assert_int_equal(guess_layout(&sample, &guess, &error), STATUS_DATA);
    if (strstr(error.message, part) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", error.message, part);
    assert_int_equal(guess.reason_count, 0);
}

static void streams_one_a_row_are_known_by_their_header(void **state)
{
    (void)state;
    Guess guess =
        guess_of("stream_id,timestamp,track_isrc,album_upc,country_code,subscription_type,"
                 "ms_played\n"
                 "7001,2026-10-01T12:00:00Z," ISRC_A "," UPC_A ",DE,premium,193400\n"
                 "7002,2026-10-01T12:00:01Z," ISRC_B "," UPC_B ",FR,free,29999\n"
                 "7003,2026-10-02T00:00:00Z," ISRC_B ",,GB,family,30001\n");

    assert_int_equal(guess.layout.delimiter, ',');
    assert_true(guess.layout.header);
    assert_int_equal(guess.layout.identity, IDENTITY_COLUMN);
    assert_column(&guess, COLUMN_SEQUENCE_ID, "stream_id");
    assert_column(&guess, COLUMN_TIME, "timestamp");
    assert_column(&guess, COLUMN_RECORDING, "track_isrc");
    assert_column(&guess, COLUMN_RELEASE, "album_upc");
    assert_column(&guess, COLUMN_TERRITORY, "country_code");
    assert_column(&guess, COLUMN_TIER, "subscription_type");
    assert_column(&guess, COLUMN_DURATION, "ms_played");
    assert_int_equal(guess.layout.duration_unit, DURATION_MILLISECONDS);
    assert_int_equal(guess.layout.time_format, TIME_ISO_8601);
    assert_int_equal(guess.layout.monetised_by, MONETISED_BY_DURATION);
    assert_because(&guess, "", "3 of 3 rows of the file count, 2 of their 3 streams");
    assert_because(&guess, "columns.quantity", "each row is one stream");
    guess_clear(&guess);
}

static void a_monthly_sales_report_has_counts_and_money(void **state)
{
    (void)state;
    Guess guess = guess_of_bytes(
        "sales.txt",
        slice_of("Start Date\tEnd Date\tUPC\tISRC/ISBN\tVendor Identifier\tQuantity\tPartner "
                 "Share\tExtended Partner Share\tPartner Share Currency\tSales or Return\tTitle\t"
                 "Country Of Sale\tCustomer Currency\n"
                 "09/27/2026\t10/31/2026\t" UPC_A "\t" ISRC_A
                 "\tV1\t3\t0.70\t2.10\tEUR\tS\tUndertow\tDE\tEUR\n"
                 "09/27/2026\t10/31/2026\t" UPC_B "\t" ISRC_B
                 "\tV2\t-1\t0.70\t-0.70\tEUR\tR\tSlack\tAT\tEUR\n"
                 "Total_Rows\t2\n"
                 "Total_Amount\t1.40\n"),
        true);

    assert_int_equal(guess.layout.delimiter, '\t');
    assert_column(&guess, COLUMN_PERIOD_FROM, "Start Date");
    assert_column(&guess, COLUMN_PERIOD_TO, "End Date");
    assert_column(&guess, COLUMN_RECORDING, "ISRC/ISBN");
    assert_column(&guess, COLUMN_QUANTITY, "Quantity");
    assert_column(&guess, COLUMN_AMOUNT, "Extended Partner Share");
    assert_column(&guess, COLUMN_CURRENCY, "Partner Share Currency");
    assert_column(&guess, COLUMN_TERRITORY, "Country Of Sale");
    assert_string_equal(guess.layout.time_pattern, "%m/%d/%Y");
    assert_int_equal(guess.layout.identity, IDENTITY_LINE);
    assert_int_equal(guess.layout.monetised_by, MONETISED_ALL);
    assert_int_equal(guess.layout.footer_lines, 2);
    assert_because(&guess, "file.footer_lines", "Total_Rows");
    assert_because(&guess, "", "2 of 2 rows of the file count");
    guess_clear(&guess);
}

static void a_semicolon_with_decimal_commas_is_not_a_comma(void **state)
{
    (void)state;
    Guess guess = guess_of("Start Report;End Report;Country;Service;ISRC;UPC;Nb of plays;Royalties;"
                           "Currency\n"
                           "01.10.2026;31.10.2026;FR;Premium;" ISRC_A ";" UPC_A ";1200;4,32;EUR\n"
                           "01.10.2026;31.10.2026;FR;Family;" ISRC_B ";" UPC_B ";17;0,05123;EUR\n");

    assert_int_equal(guess.layout.delimiter, ';');
    assert_int_equal(guess.layout.decimal_point, ',');
    assert_string_equal(guess.layout.time_pattern, "%d.%m.%Y");
    assert_column(&guess, COLUMN_PERIOD_FROM, "Start Report");
    assert_column(&guess, COLUMN_QUANTITY, "Nb of plays");
    assert_column(&guess, COLUMN_AMOUNT, "Royalties");
    assert_column(&guess, COLUMN_TIER, "Service");
    guess_clear(&guess);
}

static void lines_above_the_header_are_a_preamble(void **state)
{
    (void)state;
    Guess guess = guess_of("Usage report\n"
                           "Licensee: Pelagia, Ltd.\n"
                           "\n"
                           "Day|Country|ISRC|Streams|Billable\n"
                           "2026-10-01|US|" ISRC_A "|12|10\n"
                           "2026-10-01|CA|" ISRC_A "|7|0\n"
                           "2026-10-01|MX|" ISRC_B "|1|1\n");

    assert_int_equal(guess.layout.delimiter, '|');
    assert_int_equal(guess.layout.preamble_lines, 3);
    assert_column(&guess, COLUMN_PERIOD, "Day");
    assert_column(&guess, COLUMN_MONETISED, "Billable");
    assert_int_equal(guess.layout.monetised_by, MONETISED_BY_COUNT);
    assert_because(&guess, "file.preamble_lines", "Usage report");
    assert_because(&guess, "", "3 of 3 rows of the file count, 11 of their 20 streams");
    guess_clear(&guess);
}

static void a_preamble_that_a_spreadsheet_filled_up_is_one_too(void **state)
{
    (void)state;
    Guess guess = guess_of("Sales Report,,,,\n"
                           "Month,Territory,ISRC,UPC,Plays\n"
                           "2026-10,DE," ISRC_A "," UPC_A ",5\n"
                           "2026-10,AT," ISRC_B "," UPC_B ",6\n");

    assert_int_equal(guess.layout.preamble_lines, 1);
    assert_column(&guess, COLUMN_PERIOD, "Month");
    guess_clear(&guess);
}

static void without_a_header_values_tell(void **state)
{
    (void)state;
    Text text = {0};

    for (int i = 0; i < 20; i++)
        text_append_format(&text, "%d,17277%05d,%s,%s,%s,%s\n", 5000 + i, 40000 + 37 * i,
                           i % 2 == 0 ? ISRC_A : ISRC_B, i % 2 == 0 ? UPC_A : UPC_B,
                           i % 3 == 0 ? "DE" : "NO", i % 2 == 0 ? "premium" : "free");

    Guess guess = guess_of(text_bytes(&text));

    assert_false(guess.layout.header);
    assert_column(&guess, COLUMN_SEQUENCE_ID, "#1");
    assert_column(&guess, COLUMN_TIME, "#2");
    assert_int_equal(guess.layout.time_format, TIME_UNIX_SECONDS);
    assert_column(&guess, COLUMN_RECORDING, "#3");
    assert_column(&guess, COLUMN_RELEASE, "#4");
    assert_column(&guess, COLUMN_TERRITORY, "#5");
    assert_column(&guess, COLUMN_TIER, "#6");
    assert_because(&guess, "columns.recording", "by its values");
    assert_because(&guess, "monetised.by", "only streams that count?");
    guess_clear(&guess);
    text_free(&text);
}

static void quoted_fields_may_hold_what_parts_them(void **state)
{
    (void)state;
    Guess guess = guess_of("\"Date\",\"Title\",\"ISRC\",\"Country\",\"Units\"\n"
                           "\"2026-10-01\",\"Ebb, and \"\"Flow\"\"\",\"" ISRC_A "\",\"DE\",\"3\"\n"
                           "\"2026-10-01\",\"One, two, three\",\"" ISRC_B "\",\"FR\",\"4\"\n");

    assert_int_equal(guess.layout.delimiter, ',');
    assert_true(guess.layout.quoted);
    assert_because(&guess, "file.quoted", "within quotation marks");
    assert_because(&guess, "", "2 of 2 rows of the file count");
    guess_clear(&guess);
}

static void quotation_marks_within_fields_are_letters(void **state)
{
    (void)state;
    Guess guess = guess_of("Date\tTitle\tISRC\tUnits\n"
                           "2026-10-01\tUndertow (7\" mix)\t" ISRC_A "\t3\n"
                           "2026-10-01\tUndertow (12\" mix)\t" ISRC_B "\t3\n");

    assert_false(guess.layout.quoted);
    assert_because(&guess, "", "2 of 2 rows of the file count");
    guess_clear(&guess);
}

/** As UTF-16, little-endian, of plain ASCII; for text_free(). */
static Text utf_16_of(const char *ascii, const char *mark)
{
    Text text = {0};

    text_append(&text, mark);
    for (; *ascii != '\0'; ascii++) {
        text_append_byte(&text, *ascii);
        text_append_byte(&text, '\0');
    }
    return text;
}

static void utf_16_is_known_with_a_mark_and_without(void **state)
{
    (void)state;
    static const char *const marks[] = {"\xff\xfe", ""};

    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        Text text = utf_16_of("Date\tISRC\tUnits\n2026-10-01\t" ISRC_A "\t3\n", marks[i]);
        Guess guess = guess_of_bytes("r.txt", (Slice){text.bytes, text.size_bytes}, true);

        assert_int_equal(guess.layout.encoding, ENCODING_UTF_16);
        assert_column(&guess, COLUMN_RECORDING, "ISRC");
        assert_because(&guess, "", "1 of 1 rows of the file count");
        guess_clear(&guess);
        text_free(&text);
    }
}

static void utf_16_that_the_reader_cannot_know_is_refused(void **state)
{
    (void)state;
    Error error = {0};
    Guess guess = {0};
    static const char bytes[] = "\0D\0a\0y\0,\0I\0S\0R\0C\0\n\0"
                                "2\0,\0x\0\n";
    GuessSample sample = {{bytes, sizeof bytes - 1}, true, "r.csv"};

    assert_int_equal(guess_layout(&sample, &guess, &error), STATUS_DATA);
    assert_non_null(strstr(error.message, "big-endian"));
}

static void what_is_no_utf_8_is_latin_1(void **state)
{
    (void)state;
    Guess guess = guess_of("Data;Pa\xeds;ISRC;Execu\xe7\xf5"
                           "es;V\xe1lida\n"
                           "03/10/2026;BR;" ISRC_A ";5;SIM\n"
                           "17/10/2026;BR;" ISRC_A ";5;N\xc3O\n");

    assert_int_equal(guess.layout.encoding, ENCODING_LATIN_1);
    assert_column(&guess, COLUMN_QUANTITY,
                  "Execu\xc3\xa7\xc3\xb5"
                  "es");
    assert_column(&guess, COLUMN_TERRITORY, "Pa\xc3\xads");
    assert_int_equal(guess.layout.monetised_by, MONETISED_BY_FLAG);
    assert_string_equal(guess.layout.monetised_flags[0], "SIM");
    assert_string_equal(guess.layout.unmonetised_flags[0], "N\xc3\x83O");
    guess_clear(&guess);
}

static void days_over_12_decide_what_is_day_and_what_is_month(void **state)
{
    (void)state;
    Guess guess = guess_of("Date,ISRC,Units\n03/10/2026," ISRC_A ",1\n17/10/2026," ISRC_A ",1\n");

    assert_string_equal(guess.layout.time_pattern, "%d/%m/%Y");
    assert_because(&guess, "time.format", "it reads 2 of 2 values");
    guess_clear(&guess);
    guess = guess_of("Date,ISRC,Units\n10/03/2026," ISRC_A ",1\n10/17/2026," ISRC_A ",1\n");
    assert_string_equal(guess.layout.time_pattern, "%m/%d/%Y");
    guess_clear(&guess);
}

static void without_a_day_over_12_nearness_decides_and_is_said(void **state)
{
    (void)state;
    Guess guess = guess_of("Date,ISRC,Units\n10/03/2026," ISRC_A ",1\n10/04/2026," ISRC_A ",1\n");

    assert_string_equal(guess.layout.time_pattern, "%m/%d/%Y");
    assert_because(&guess, "time.format", "as \"%d/%m/%Y\" they would lie further");
    guess_clear(&guess);
    guess = guess_of("From,To,ISRC,Units\n01/10/2026,07/10/2026," ISRC_A ",1\n");
    assert_string_equal(guess.layout.time_pattern, "%d/%m/%Y");
    assert_because(&guess, "time.format", "as \"%m/%d/%Y\" they would make longer periods");
    guess_clear(&guess);
}

static void dates_that_nothing_decides_are_said_to_be_so(void **state)
{
    (void)state;
    Guess guess = guess_of("Date,ISRC,Units\n03/04/2026," ISRC_A ",1\n03/04/2026," ISRC_B ",1\n");

    assert_because(&guess, "time.format", "UNDECIDED");
    assert_because(&guess, "time.format", "%m/%d/%Y");
    guess_clear(&guess);
}

typedef struct TimeCase {
    const char *value;
    const char *pattern; // NULL: none
    TimeFormat format;
    ColumnRole role;
} TimeCase;

static void times_are_read_as_they_are_written(void **state)
{
    (void)state;
    static const TimeCase cases[] = {
        {"2026-10-01", NULL, TIME_ISO_8601, COLUMN_PERIOD},
        {"2026-10", NULL, TIME_ISO_8601, COLUMN_PERIOD},
        {"2026-10-01 23:59:59", NULL, TIME_ISO_8601, COLUMN_TIME},
        {"2026-10-01T23:59:59.5+02:00", NULL, TIME_ISO_8601, COLUMN_TIME},
        {"1790899200", NULL, TIME_UNIX_SECONDS, COLUMN_TIME},
        {"1790899200123", NULL, TIME_UNIX_MILLISECONDS, COLUMN_TIME},
        {"20261001", "%Y%m%d", TIME_PATTERN, COLUMN_PERIOD},
        {"202610", "%Y%m", TIME_PATTERN, COLUMN_PERIOD},
        {"31-Oct-2026", "%d-%b-%Y", TIME_PATTERN, COLUMN_PERIOD},
        {"October 2026", "%b %Y", TIME_PATTERN, COLUMN_PERIOD},
        {"31.10.2026 23:59", "%d.%m.%Y %H:%M", TIME_PATTERN, COLUMN_TIME},
        {"2026/10/31 23:59:59 UTC", "%Y/%m/%d %H:%M:%S %z", TIME_PATTERN, COLUMN_TIME},
        {"10/31/26", "%m/%d/%y", TIME_PATTERN, COLUMN_PERIOD},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *text = text_format("Date,ISRC,Units\n%s," ISRC_A ",1\n%s," ISRC_B ",2\n",
                                 cases[i].value, cases[i].value);
        Guess guess = guess_of(text);

        assert_int_equal(guess.layout.time_format, cases[i].format);
        if (cases[i].pattern != NULL)
            assert_string_equal(guess.layout.time_pattern, cases[i].pattern);
        assert_column(&guess, cases[i].role, "Date");
        assert_because(&guess, "", "2 of 2 rows of the file count");
        guess_clear(&guess);
        free(text);
    }
}

typedef struct DurationCase {
    const char *name;
    const char *value;
    DurationUnit unit;
} DurationCase;

static void durations_have_their_unit_by_name_or_size(void **state)
{
    (void)state;
    static const DurationCase cases[] = {
        {"Duration", "193.4", DURATION_SECONDS},
        {"Duration", "193400", DURATION_MILLISECONDS},
        {"Duration", "3:13", DURATION_CLOCK},
        {"Duration", "0:03:13", DURATION_CLOCK},
        {"msPlayed", "500", DURATION_MILLISECONDS},
        {"Duration (ms)", "500", DURATION_MILLISECONDS},
        {"Seconds Played", "5000", DURATION_SECONDS},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *text = text_format("Played At,ISRC,%s\n2026-10-01 12:00:00," ISRC_A ",%s\n",
                                 cases[i].name, cases[i].value);
        Guess guess = guess_of(text);

        assert_column(&guess, COLUMN_DURATION, cases[i].name);
        assert_int_equal(guess.layout.duration_unit, cases[i].unit);
        guess_clear(&guess);
        free(text);
    }
}

static void numbers_that_do_not_rise_identify_nothing(void **state)
{
    (void)state;
    Guess guess = guess_of("Track ID,ID,Date,ISRC,Units\n"
                           "5,17,2026-10-01," ISRC_A ",1\n"
                           "5,12,2026-10-01," ISRC_A ",1\n"
                           "3,90,2026-10-01," ISRC_A ",1\n");

    assert_column(&guess, COLUMN_SEQUENCE_ID, "-");
    assert_int_equal(guess.layout.identity, IDENTITY_LINE);
    assert_because(&guess, "identity", "by its report and line");
    guess_clear(&guess);
}

static void a_sum_at_the_end_is_compared_where_it_agrees(void **state)
{
    (void)state;
    Guess guess = guess_of("Type,Date,ISRC,Units,Revenue,Currency\n"
                           "PLAY,2026-10-01," ISRC_A ",3,0.50,EUR\n"
                           "PLAY,2026-10-01," ISRC_A ",4,0.25,EUR\n"
                           "PLAY,2026-10-01," ISRC_B ",5,0.25,EUR\n"
                           "NOTE,,,,,\n"
                           "TOTAL,3,,12,1.00,\n");

    assert_string_equal(guess.layout.totals.marker.name, "Type");
    assert_string_equal(guess.layout.totals.marker_value, "TOTAL");
    assert_string_equal(guess.layout.totals.rows.name, "Date");
    assert_string_equal(guess.layout.totals.streams.name, "Units");
    assert_string_equal(guess.layout.totals.amount.name, "Revenue");
    assert_int_equal(guess.layout.filter_count, 1);
    assert_string_equal(guess.layout.filters[0].values[0], "NOTE");
    assert_because(&guess, "", "3 of 3 rows of the file count");
    guess_clear(&guess);
}

static void a_sum_that_does_not_agree_is_left_out(void **state)
{
    (void)state;
    Guess guess = guess_of("Country,Date,ISRC,Units\n"
                           "DE,2026-10-01," ISRC_A ",3\n"
                           "FR,2026-10-01," ISRC_A ",4\n"
                           "Grand Total,2026-10-01,,99\n");

    assert_null(guess.layout.totals.marker_value);
    assert_int_equal(guess.layout.filter_count, 1);
    assert_string_equal(guess.layout.filters[0].column.name, "Country");
    assert_string_equal(guess.layout.filters[0].values[0], "Grand Total");
    assert_because(&guess, "", "2 of 2 rows of the file count");
    guess_clear(&guess);
}

static void a_bad_row_is_no_kind_of_row(void **state)
{
    (void)state;
    Guess guess = guess_of("Date,Country,Artist,ISRC,Units\n"
                           "2026-10-01,DE,Ebb," ISRC_A ",3\n"
                           "2026-10-01,DE,Ebb," ISRC_A ",4\n"
                           "tomorrow,FR,Flow," ISRC_B ",5\n");

    assert_int_equal(guess.layout.filter_count, 0);
    assert_because(&guess, "", "2 of 3 rows of the file count");
    assert_because(&guess, "", "line 4, time_invalid: Date is \"tomorrow\"");
    guess_clear(&guess);
}

static void money_without_a_currency_is_left_out(void **state)
{
    (void)state;
    Guess guess = guess_of("Date,ISRC,Units,Net Revenue\n2026-10-01," ISRC_A ",1,0.5\n");

    assert_column(&guess, COLUMN_AMOUNT, "-");
    assert_because(&guess, "columns.amount", "{constant: EUR}");
    guess_clear(&guess);
    guess = guess_of("Date,ISRC,Units,Net Revenue (USD)\n2026-10-01," ISRC_A ",1,0.5\n");
    assert_column(&guess, COLUMN_AMOUNT, "Net Revenue (USD)");
    assert_column(&guess, COLUMN_CURRENCY, "=USD");
    guess_clear(&guess);
    guess = guess_of("Date,ISRC,Units,Currency\n2026-10-01," ISRC_A ",1,EUR\n");
    assert_column(&guess, COLUMN_CURRENCY, "-");
    guess_clear(&guess);
}

static void a_name_whose_values_are_something_else_is_said(void **state)
{
    (void)state;
    Guess guess = guess_of("ID,Date,ISRC,Units,Amount,Currency\n"
                           "17,2026-10-01," ISRC_A ",1,$0.50,USD\n"
                           "12,2026-10-01," ISRC_B ",1,$0.25,USD\n");

    assert_column(&guess, COLUMN_AMOUNT, "-");
    assert_because(&guess, "columns.amount", "\"Amount\" is called so, but its values");
    assert_because(&guess, "columns.amount", "\"$0.50\", are not numbers");
    assert_because(&guess, "columns.sequence_id", "are not numbers that rise");
    guess_clear(&guess);
}

static void two_days_without_names_are_a_period(void **state)
{
    (void)state;
    Guess guess = guess_of("2026-10-01,2026-10-31," ISRC_A "," UPC_A "\n"
                           "2026-10-01,2026-10-01," ISRC_B "," UPC_B "\n");

    assert_column(&guess, COLUMN_PERIOD_FROM, "#1");
    assert_column(&guess, COLUMN_PERIOD_TO, "#2");
    assert_because(&guess, "", "2 of 2 rows of the file count");
    guess_clear(&guess);
    guess = guess_of("2026-10-01,2026-09-30," ISRC_A "," UPC_A "\n"
                     "2026-10-01,2026-10-31," ISRC_B "," UPC_B "\n");
    assert_column(&guess, COLUMN_PERIOD, "#1");
    guess_clear(&guess);
}

static void a_files_name_tells_what_its_rows_do_not(void **state)
{
    (void)state;
    Guess guess = guess_of_bytes("pelagia_DE_202610_1of2.csv.gz",
                                 slice_of("ISRC,Plays\n" ISRC_A ",3\n" ISRC_B ",4\n"), true);

    assert_string_equal(guess.layout.name_pattern,
                        "pelagia_{country}_{period}_{part}of{parts}.csv.gz");
    assert_column(&guess, COLUMN_TERRITORY, "{country}");
    assert_column(&guess, COLUMN_PERIOD, "{period}");
    assert_string_equal(guess.layout.time_pattern, "%Y%m");
    assert_because(&guess, "", "2 of 2 rows of the file count");
    guess_clear(&guess);
    guess = guess_of_bytes("2026-10-01_2026-10-07.csv",
                           slice_of("ISRC,Plays\n" ISRC_A ",3\n" ISRC_B ",4\n"), true);
    assert_column(&guess, COLUMN_PERIOD_FROM, "{period}");
    assert_column(&guess, COLUMN_PERIOD_TO, "{to}");
    guess_clear(&guess);
}

static void names_that_no_setting_can_hold_give_places(void **state)
{
    (void)state;
    Guess guess = guess_of("Date,ISRC,ISRC,,Units\n"
                           "2026-10-01," ISRC_A "," ISRC_A "," UPC_A ",1\n"
                           "2026-10-01," ISRC_B "," ISRC_B "," UPC_B ",1\n");

    assert_column(&guess, COLUMN_RECORDING, "#2");
    assert_column(&guess, COLUMN_RELEASE, "#4");
    guess_clear(&guess);
}

static void what_is_missing_is_said(void **state)
{
    (void)state;
    Guess guess = guess_of("ISRC,Title\n" ISRC_A ",Undertow\n" ISRC_B ",Slack\n");

    assert_because(&guess, "columns.time", "a layout needs time");
    assert_because(&guess, "columns.release", "no column is like a UPC");
    assert_because(&guess, "columns.territory", "{constant: DE}");
    assert_because(&guess, "", "cannot read the file: the layout has no column for a time");
    guess_clear(&guess);
}

static void a_sample_that_is_cut_loses_its_last_line_only(void **state)
{
    (void)state;
    Guess guess = guess_of_bytes("r.csv",
                                 slice_of("Date,ISRC,Units\n2026-10-01," ISRC_A ",1\n"
                                          "2026-10-01," ISRC_B ",2\n2026-10-01,GB"),
                                 false);

    assert_int_equal(guess.layout.footer_lines, 0);
    assert_because(&guess, "", "2 of 2 rows of the sample count");
    assert_because(&guess, "file.footer_lines", "ends before the file does");
    guess_clear(&guess);
}

static void reasons_show_no_control_characters(void **state)
{
    (void)state;
    Guess guess = guess_of("Date,ISRC,Tier\x1b[2J\n2026-10-01," ISRC_A ",a\x1b[2J\n");

    for (size_t i = 0; i < guess.reason_count; i++)
        assert_null(strchr(guess.reasons[i].sentence, '\x1b'));
    guess_clear(&guess);
}

static void what_is_no_table_is_refused(void **state)
{
    (void)state;
    assert_refused("", "it is empty");
    assert_refused("Dear provider\n\nplease send us a report.\n", "no table");
    assert_refused("Dear provider,\n\nplease send us a report.\n", "none of its 2 columns");
    assert_refused("\x01\x02\x03\x04,\x01\x02\n\x01\x02\x03\x04,\x01\x02\n", "no text");
    assert_refused("colour,shape\nred,round\nblue,square\n", "none of its 2 columns");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_one_a_row_are_known_by_their_header),
        cmocka_unit_test(a_monthly_sales_report_has_counts_and_money),
        cmocka_unit_test(a_semicolon_with_decimal_commas_is_not_a_comma),
        cmocka_unit_test(lines_above_the_header_are_a_preamble),
        cmocka_unit_test(a_preamble_that_a_spreadsheet_filled_up_is_one_too),
        cmocka_unit_test(without_a_header_values_tell),
        cmocka_unit_test(quoted_fields_may_hold_what_parts_them),
        cmocka_unit_test(quotation_marks_within_fields_are_letters),
        cmocka_unit_test(utf_16_is_known_with_a_mark_and_without),
        cmocka_unit_test(utf_16_that_the_reader_cannot_know_is_refused),
        cmocka_unit_test(what_is_no_utf_8_is_latin_1),
        cmocka_unit_test(days_over_12_decide_what_is_day_and_what_is_month),
        cmocka_unit_test(without_a_day_over_12_nearness_decides_and_is_said),
        cmocka_unit_test(dates_that_nothing_decides_are_said_to_be_so),
        cmocka_unit_test(times_are_read_as_they_are_written),
        cmocka_unit_test(durations_have_their_unit_by_name_or_size),
        cmocka_unit_test(numbers_that_do_not_rise_identify_nothing),
        cmocka_unit_test(a_sum_at_the_end_is_compared_where_it_agrees),
        cmocka_unit_test(a_sum_that_does_not_agree_is_left_out),
        cmocka_unit_test(a_bad_row_is_no_kind_of_row),
        cmocka_unit_test(money_without_a_currency_is_left_out),
        cmocka_unit_test(a_name_whose_values_are_something_else_is_said),
        cmocka_unit_test(two_days_without_names_are_a_period),
        cmocka_unit_test(a_files_name_tells_what_its_rows_do_not),
        cmocka_unit_test(names_that_no_setting_can_hold_give_places),
        cmocka_unit_test(what_is_missing_is_said),
        cmocka_unit_test(a_sample_that_is_cut_loses_its_last_line_only),
        cmocka_unit_test(reasons_show_no_control_characters),
        cmocka_unit_test(what_is_no_table_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
