#include "support/guesses.h"

#include "report/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Bytes → text → table: encodings, what parts fields, quotes, preambles, headers.

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
    assert_guess_column(&guess, COLUMN_PERIOD_FROM, "Start Report");
    assert_guess_column(&guess, COLUMN_QUANTITY, "Nb of plays");
    assert_guess_column(&guess, COLUMN_AMOUNT, "Royalties");
    assert_guess_column(&guess, COLUMN_TIER, "Service");
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
    assert_guess_column(&guess, COLUMN_PERIOD, "Day");
    assert_guess_column(&guess, COLUMN_MONETISED, "Billable");
    assert_int_equal(guess.layout.monetised_by, MONETISED_BY_COUNT);
    assert_guess_because(&guess, "file.preamble_lines", "Usage report");
    assert_guess_because(&guess, "", "3 of 3 rows of the file count, 11 of their 20 streams");
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
    assert_guess_column(&guess, COLUMN_PERIOD, "Month");
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
    assert_guess_column(&guess, COLUMN_SEQUENCE_ID, "#1");
    assert_guess_column(&guess, COLUMN_TIME, "#2");
    assert_int_equal(guess.layout.time_format, TIME_UNIX_SECONDS);
    assert_guess_column(&guess, COLUMN_RECORDING, "#3");
    assert_guess_column(&guess, COLUMN_RELEASE, "#4");
    assert_guess_column(&guess, COLUMN_TERRITORY, "#5");
    assert_guess_column(&guess, COLUMN_TIER, "#6");
    assert_guess_because(&guess, "columns.recording", "by its values");
    assert_guess_because(&guess, "monetised.by", "only streams that count?");
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
    assert_guess_because(&guess, "file.quoted", "within quotation marks");
    assert_guess_because(&guess, "", "2 of 2 rows of the file count");
    guess_clear(&guess);
}

static void quotation_marks_within_fields_are_letters(void **state)
{
    (void)state;
    Guess guess = guess_of("Date\tTitle\tISRC\tUnits\n"
                           "2026-10-01\tUndertow (7\" mix)\t" ISRC_A "\t3\n"
                           "2026-10-01\tUndertow (12\" mix)\t" ISRC_B "\t3\n");

    assert_false(guess.layout.quoted);
    assert_guess_because(&guess, "", "2 of 2 rows of the file count");
    guess_clear(&guess);
}

static void utf_16_is_known_with_a_mark_and_without(void **state)
{
    (void)state;
    static const char *const marks[] = {"\xff\xfe", ""};

    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        Text text = utf_16_of("Date\tISRC\tUnits\n2026-10-01\t" ISRC_A "\t3\n", marks[i]);
        Guess guess = guess_of_bytes("r.txt", (Slice){text.bytes, text.size_bytes}, true);

        assert_int_equal(guess.layout.encoding, ENCODING_UTF_16);
        assert_guess_column(&guess, COLUMN_RECORDING, "ISRC");
        assert_guess_because(&guess, "", "1 of 1 rows of the file count");
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
    assert_guess_column(&guess, COLUMN_QUANTITY,
                        "Execu\xc3\xa7\xc3\xb5"
                        "es");
    assert_guess_column(&guess, COLUMN_TERRITORY, "Pa\xc3\xads");
    assert_int_equal(guess.layout.monetised_by, MONETISED_BY_FLAG);
    assert_string_equal(guess.layout.monetised_flags[0], "SIM");
    assert_string_equal(guess.layout.unmonetised_flags[0], "N\xc3\x83O");
    guess_clear(&guess);
}

static void a_flag_counts_behind_many_other_values(void **state)
{
    (void)state;
    Text bytes = {0};

    text_append(&bytes, "Date,ISRC,Billable\n");
    for (int row = 0; row < 40; row++)
        text_append_format(&bytes, "2026-10-01," ISRC_A ",unknown %d\n", row);
    for (int row = 0; row < 400; row++)
        text_append(&bytes, "2026-10-01," ISRC_A ",yes\n");

    Guess guess = guess_of(text_bytes(&bytes));

    assert_int_equal(guess.layout.monetised_by, MONETISED_BY_FLAG);
    assert_int_equal(guess.layout.monetised_flag_count, 1);
    assert_string_equal(guess.layout.monetised_flags[0], "yes");
    assert_string_equal(guess.layout.unmonetised_flags[0], "no");
    guess_clear(&guess);
    text_free(&bytes);
}

static void what_holds_a_zero_byte_is_no_flag(void **state)
{
    (void)state;
    static const char bytes[] = "Date,ISRC,Billable\n2026-10-01," ISRC_A ",\0T\n";
    Guess guess = guess_of_bytes("r.csv", (Slice){bytes, sizeof bytes - 1}, true);

    assert_int_not_equal(guess.layout.monetised_by, MONETISED_BY_FLAG);
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
    assert_guess_because(&guess, "", "2 of 2 rows of the sample count");
    assert_guess_because(&guess, "file.footer_lines", "ends before the file does");
    guess_clear(&guess);
}

static void what_is_no_table_is_refused(void **state)
{
    (void)state;
    assert_guess_refused("", "it is empty");
    assert_guess_refused("Dear provider\n\nplease send us a report.\n", "no table");
    assert_guess_refused("Dear provider,\n\nplease send us a report.\n", "none of its 2 columns");
    assert_guess_refused("\x01\x02\x03\x04,\x01\x02\n\x01\x02\x03\x04,\x01\x02\n", "no text");
    assert_guess_refused("colour,shape\nred,round\nblue,square\n", "none of its 2 columns");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_semicolon_with_decimal_commas_is_not_a_comma),
        cmocka_unit_test(lines_above_the_header_are_a_preamble),
        cmocka_unit_test(a_preamble_that_a_spreadsheet_filled_up_is_one_too),
        cmocka_unit_test(without_a_header_values_tell),
        cmocka_unit_test(quoted_fields_may_hold_what_parts_them),
        cmocka_unit_test(quotation_marks_within_fields_are_letters),
        cmocka_unit_test(utf_16_is_known_with_a_mark_and_without),
        cmocka_unit_test(utf_16_that_the_reader_cannot_know_is_refused),
        cmocka_unit_test(what_is_no_utf_8_is_latin_1),
        cmocka_unit_test(a_flag_counts_behind_many_other_values),
        cmocka_unit_test(what_holds_a_zero_byte_is_no_flag),
        cmocka_unit_test(a_sample_that_is_cut_loses_its_last_line_only),
        cmocka_unit_test(what_is_no_table_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
