#include "support/guesses.h"

#include "report/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Whole reports: what columns mean, and the sentences that say why.

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
    assert_guess_column(&guess, COLUMN_SEQUENCE_ID, "stream_id");
    assert_guess_column(&guess, COLUMN_TIME, "timestamp");
    assert_guess_column(&guess, COLUMN_RECORDING, "track_isrc");
    assert_guess_column(&guess, COLUMN_RELEASE, "album_upc");
    assert_guess_column(&guess, COLUMN_TERRITORY, "country_code");
    assert_guess_column(&guess, COLUMN_TIER, "subscription_type");
    assert_guess_column(&guess, COLUMN_DURATION, "ms_played");
    assert_int_equal(guess.layout.duration_unit, DURATION_MILLISECONDS);
    assert_int_equal(guess.layout.time_format, TIME_ISO_8601);
    assert_int_equal(guess.layout.monetised_by, MONETISED_BY_DURATION);
    assert_guess_because(&guess, "", "3 of 3 rows of the file count, 2 of their 3 streams");
    assert_guess_because(&guess, "columns.quantity", "each row is one stream");
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
    assert_guess_column(&guess, COLUMN_PERIOD_FROM, "Start Date");
    assert_guess_column(&guess, COLUMN_PERIOD_TO, "End Date");
    assert_guess_column(&guess, COLUMN_RECORDING, "ISRC/ISBN");
    assert_guess_column(&guess, COLUMN_QUANTITY, "Quantity");
    assert_guess_column(&guess, COLUMN_AMOUNT, "Extended Partner Share");
    assert_guess_column(&guess, COLUMN_CURRENCY, "Partner Share Currency");
    assert_guess_column(&guess, COLUMN_TERRITORY, "Country Of Sale");
    assert_string_equal(guess.layout.time_pattern, "%m/%d/%Y");
    assert_int_equal(guess.layout.identity, IDENTITY_LINE);
    assert_int_equal(guess.layout.monetised_by, MONETISED_ALL);
    assert_int_equal(guess.layout.footer_lines, 2);
    assert_guess_because(&guess, "file.footer_lines", "Total_Rows");
    assert_guess_because(&guess, "", "2 of 2 rows of the file count");
    guess_clear(&guess);
}

static void numbers_that_do_not_rise_identify_nothing(void **state)
{
    (void)state;
    Guess guess = guess_of("Track ID,ID,Date,ISRC,Units\n"
                           "5,17,2026-10-01," ISRC_A ",1\n"
                           "5,12,2026-10-01," ISRC_A ",1\n"
                           "3,90,2026-10-01," ISRC_A ",1\n");

    assert_guess_column(&guess, COLUMN_SEQUENCE_ID, "-");
    assert_int_equal(guess.layout.identity, IDENTITY_LINE);
    assert_guess_because(&guess, "identity", "by its report and line");
    guess_clear(&guess);
}

static void numbers_may_be_as_far_apart_as_they_can(void **state)
{
    (void)state;
    Guess guess = guess_of("ID,Date,ISRC,Units\n"
                           "5,2026-10-01," ISRC_A ",1\n"
                           "-9223372036854775808,2026-10-01," ISRC_A ",1\n"
                           "9223372036854775807,2026-10-01," ISRC_A ",1\n");

    assert_int_equal(guess.layout.identity, IDENTITY_LINE);
    guess_clear(&guess);
}

static void a_stream_with_a_fault_is_no_other_kind_of_row(void **state)
{
    (void)state;
    // The row counts as rejected, and not as totals either, though its ID is how many rows there are.
    Guess guess = guess_of("ID,Date,ISRC,Artist,Units\n"
                           "1,2026-10-01," ISRC_A ",Ebb,1\n"
                           "2,2026-10-01," ISRC_A ",Ebb,1\n"
                           "3,2026-10-01," ISRC_A ",Ebb,1\n"
                           "4,2026-10-01," ISRC_B ",Terns,1.5\n"
                           "5,2026-10-01," ISRC_A ",Ebb,1\n");

    assert_null(guess.layout.totals.marker_value);
    assert_int_equal(guess.layout.filter_count, 0);
    assert_guess_because(&guess, "", "4 of 5 rows of the file count");
    assert_guess_because(&guess, "", "line 5, quantity_invalid: Units is \"1.5\"");
    guess_clear(&guess);
}

static void a_word_that_is_a_currency_too_says_none(void **state)
{
    (void)state;
    Guess guess = guess_of("Date,ISRC,Units,Net Revenue (All)\n"
                           "2026-10-01," ISRC_A ",1,0.5\n");

    assert_guess_column(&guess, COLUMN_AMOUNT, "-");
    assert_guess_because(&guess, "columns.amount", "nothing tells its currency");
    guess_clear(&guess);
}

static void monetised_streams_are_told_however_many_they_are(void **state)
{
    (void)state;
    enum { PAIRS = 10000 };
    Text file = {0};

    text_append(&file, "Date,ISRC,Units,Monetised\n");
    for (int i = 0; i < PAIRS; i++)
        text_append(&file, "2026-10-01," ISRC_A ",1000000000000000,Y\n"
                           "2026-10-01," ISRC_A ",-1000000000000000,N\n");

    Guess guess = guess_of(text_bytes(&file));

    assert_guess_because(&guess, "", "10000000000000000000 of their 0 streams as monetised");
    guess_clear(&guess);
    text_free(&file);
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
    assert_guess_because(&guess, "", "3 of 3 rows of the file count");
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
    assert_guess_because(&guess, "", "2 of 2 rows of the file count");
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
    assert_guess_because(&guess, "", "2 of 3 rows of the file count");
    assert_guess_because(&guess, "", "line 4, time_invalid: Date is \"tomorrow\"");
    guess_clear(&guess);
}

static void money_without_a_currency_is_left_out(void **state)
{
    (void)state;
    Guess guess = guess_of("Date,ISRC,Units,Net Revenue\n2026-10-01," ISRC_A ",1,0.5\n");

    assert_guess_column(&guess, COLUMN_AMOUNT, "-");
    assert_guess_because(&guess, "columns.amount", "{constant: EUR}");
    guess_clear(&guess);
    guess = guess_of("Date,ISRC,Units,Net Revenue (USD)\n2026-10-01," ISRC_A ",1,0.5\n");
    assert_guess_column(&guess, COLUMN_AMOUNT, "Net Revenue (USD)");
    assert_guess_column(&guess, COLUMN_CURRENCY, "=USD");
    guess_clear(&guess);
    guess = guess_of("Date,ISRC,Units,Currency\n2026-10-01," ISRC_A ",1,EUR\n");
    assert_guess_column(&guess, COLUMN_CURRENCY, "-");
    guess_clear(&guess);
}

static void a_name_whose_values_are_something_else_is_said(void **state)
{
    (void)state;
    Guess guess = guess_of("ID,Date,ISRC,Units,Amount,Currency\n"
                           "17,2026-10-01," ISRC_A ",1,$0.50,USD\n"
                           "12,2026-10-01," ISRC_B ",1,$0.25,USD\n");

    assert_guess_column(&guess, COLUMN_AMOUNT, "-");
    assert_guess_because(&guess, "columns.amount", "\"Amount\" is called so, but its values");
    assert_guess_because(&guess, "columns.amount", "\"$0.50\", are not numbers");
    assert_guess_because(&guess, "columns.sequence_id", "are not numbers that rise");
    guess_clear(&guess);
}

static void a_files_name_tells_what_its_rows_do_not(void **state)
{
    (void)state;
    Guess guess = guess_of_bytes("pelagia_DE_202610_1of2.csv.gz",
                                 slice_of("ISRC,Plays\n" ISRC_A ",3\n" ISRC_B ",4\n"), true);

    assert_string_equal(guess.layout.name_pattern,
                        "pelagia_{country}_{period}_{part}of{parts}.csv.gz");
    assert_guess_column(&guess, COLUMN_TERRITORY, "{country}");
    assert_guess_column(&guess, COLUMN_PERIOD, "{period}");
    assert_string_equal(guess.layout.time_pattern, "%Y%m");
    assert_guess_because(&guess, "", "2 of 2 rows of the file count");
    guess_clear(&guess);
    guess = guess_of_bytes("2026-10-01_2026-10-07.csv",
                           slice_of("ISRC,Plays\n" ISRC_A ",3\n" ISRC_B ",4\n"), true);
    assert_guess_column(&guess, COLUMN_PERIOD_FROM, "{period}");
    assert_guess_column(&guess, COLUMN_PERIOD_TO, "{to}");
    guess_clear(&guess);
}

static void names_that_no_setting_can_hold_give_places(void **state)
{
    (void)state;
    Guess guess = guess_of("Date,ISRC,ISRC,,Units\n"
                           "2026-10-01," ISRC_A "," ISRC_A "," UPC_A ",1\n"
                           "2026-10-01," ISRC_B "," ISRC_B "," UPC_B ",1\n");

    assert_guess_column(&guess, COLUMN_RECORDING, "#2");
    assert_guess_column(&guess, COLUMN_RELEASE, "#4");
    guess_clear(&guess);
}

static void what_is_missing_is_said(void **state)
{
    (void)state;
    Guess guess = guess_of("ISRC,Title\n" ISRC_A ",Undertow\n" ISRC_B ",Slack\n");

    assert_guess_because(&guess, "columns.time", "a layout needs time");
    assert_guess_because(&guess, "columns.release", "no column is like a UPC");
    assert_guess_because(&guess, "columns.territory", "{constant: DE}");
    assert_guess_because(&guess, "", "cannot read the file: the layout has no column for a time");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_one_a_row_are_known_by_their_header),
        cmocka_unit_test(a_monthly_sales_report_has_counts_and_money),
        cmocka_unit_test(numbers_that_do_not_rise_identify_nothing),
        cmocka_unit_test(numbers_may_be_as_far_apart_as_they_can),
        cmocka_unit_test(a_stream_with_a_fault_is_no_other_kind_of_row),
        cmocka_unit_test(a_word_that_is_a_currency_too_says_none),
        cmocka_unit_test(monetised_streams_are_told_however_many_they_are),
        cmocka_unit_test(a_sum_at_the_end_is_compared_where_it_agrees),
        cmocka_unit_test(a_sum_that_does_not_agree_is_left_out),
        cmocka_unit_test(a_bad_row_is_no_kind_of_row),
        cmocka_unit_test(money_without_a_currency_is_left_out),
        cmocka_unit_test(a_name_whose_values_are_something_else_is_said),
        cmocka_unit_test(a_files_name_tells_what_its_rows_do_not),
        cmocka_unit_test(names_that_no_setting_can_hold_give_places),
        cmocka_unit_test(what_is_missing_is_said),
        cmocka_unit_test(reasons_show_no_control_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
