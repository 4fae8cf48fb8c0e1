#include "report/csv.h"

#include "base/memory.h"
#include "support/drip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Dialect {
    char delimiter;
    bool is_unquoted;
    int footer_lines;
} Dialect;

static const Dialect comma = {.delimiter = ','};

static void print_row(Text *text, const CsvRow *row)
{
    text_append_format(text, "%lld", (long long)row->line);
    if (row->fault == CSV_FAULT_LENGTH)
        text_append(text, " too long");
    for (size_t i = 0; i < row->field_count && i < COLUMNS_MAX; i++) {
        text_append(text, "|");
        text_append_slice(text, row->fields[i]);
    }
    if (row->fault == CSV_FAULT_QUOTE)
        text_append_format(text, "|! %.*s", SLICE_ARGUMENTS(row->fault_text));
    text_append(text, "\n");
}

// All rows of a file that comes in reads of some size, or why it is refused; for free().
static char *read_in_steps(const Dialect *dialect, const char *bytes, size_t size_bytes,
                           size_t read_bytes_max)
{
    Text text = {0};
    Error error = {0};
    CsvRow row = {0};
    bool more = true;
    CsvReader *reader = csv_reader_new(
        lines_new(source_drip(bytes, size_bytes, read_bytes_max), dialect->footer_lines),
        dialect->delimiter, !dialect->is_unquoted);

    while (more) {
        if (csv_reader_row(reader, &row, &more, &error) != STATUS_OK) {
            text_append_format(&text, "refused: %s\n", error.message);
            break;
        }
        if (more)
            print_row(&text, &row);
    }
    csv_reader_free(reader);
    return text_take(&text);
}

static char *read_bytes(const Dialect *dialect, const char *bytes, size_t size_bytes)
{
    static const size_t steps[] = {2, 7, 4096, SIZE_MAX};
    char *at_once = read_in_steps(dialect, bytes, size_bytes, 1);

    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        char *again = read_in_steps(dialect, bytes, size_bytes, steps[i]);

        assert_string_equal(at_once, again);
        free(again);
    }
    return at_once;
}

static void expect(const Dialect *dialect, const char *file, const char *rows)
{
    char *found = read_bytes(dialect, file, strlen(file));

    assert_string_equal(found, rows);
    free(found);
}

static void a_line_ends_at_lf_crlf_or_a_lone_cr(void **state)
{
    (void)state;
    expect(&comma, "a,b\nc,d\n", "1|a|b\n2|c|d\n");
    expect(&comma, "a,b\r\nc,d\r\n", "1|a|b\n2|c|d\n");
    expect(&comma, "a,b\rc,d\r", "1|a|b\n2|c|d\n");
    expect(&comma, "a,b\r\nc,d\re,f\ng,h", "1|a|b\n2|c|d\n3|e|f\n4|g|h\n");
}

static void the_last_line_needs_no_end(void **state)
{
    (void)state;
    expect(&comma, "a,b\nc,\"d\"", "1|a|b\n2|c|d\n");
    expect(&comma, "a,b\nc,", "1|a|b\n2|c|\n");
    expect(&comma, "", "");
}

static void empty_lines_are_no_rows_but_count_as_lines(void **state)
{
    (void)state;
    expect(&comma, "\n\na,b\r\n\r\n  \nc,d\n\n", "3|a|b\n6|c|d\n");
    expect(&comma, "\"\"\n", "1|\n");
}

static void white_space_around_an_unquoted_field_is_dropped(void **state)
{
    (void)state;
    const Dialect tab = {.delimiter = '\t'};

    expect(&comma, " a ,\tb c\t,\" d \"\n", "1|a|b c| d \n");
    expect(&tab, "\ta \t\t b\t\n", "1||a||b|\n");
}

static void quoted_fields_hold_delimiters_quotes_and_line_breaks(void **state)
{
    (void)state;
    expect(&comma, "\"a,b\",\"c \"\"d\"\"\"\n", "1|a,b|c \"d\"\n");
    expect(&comma, "a,\"b\nc\r\nd\",e\nf,g\n", "1|a|b\nc\r\nd|e\n4|f|g\n");
}

static void a_stray_quote_is_told_and_reading_goes_on_at_the_next_line(void **state)
{
    (void)state;
    expect(&comma, "a,\"GB\"x,b\nc,d\n", "1|a|! \"GB\"x\n2|c|d\n");
    expect(&comma, "a,12\" mix,b\nc,d\n", "1|a|! 12\" mix\n2|c|d\n");
    expect(&comma, "a,\"one\ntwo\" three,b\nc,d\n", "1|a|! \"one\ntwo\" three\n3|c|d\n");
    expect(&comma, "a,\"x,y\",\"GB\" \"\nc,d\n", "1|a|x,y|! \"GB\" \"\n2|c|d\n");
}

static void an_unclosed_quote_refuses_the_file_and_names_its_line(void **state)
{
    (void)state;
    expect(&comma, "a,b\nc,\"d\ne,f\n",
           "1|a|b\nrefused: line 2: the quotation mark that opens a field here is never closed\n");
    expect(&comma, "a,\"b\nc\",\"d\ne,f\n",
           "refused: line 2: the quotation mark that opens a field here is never closed\n");
    expect(&comma, "\"",
           "refused: line 1: the quotation mark that opens a field here is never closed\n");
}

static void without_quoting_a_quotation_mark_is_a_letter(void **state)
{
    (void)state;
    const Dialect plain = {.delimiter = '\t', .is_unquoted = true};

    expect(&plain, "a\t\"b\t 12\" mix \n\n \n\tc\"\t\n", "1|a|\"b|12\" mix\n4||c\"|\n");
}

static void footer_lines_are_held_back_whatever_stands_there(void **state)
{
    (void)state;
    const Dialect two = {.delimiter = ',', .footer_lines = 2};

    expect(&two, "a,b\nc,d\ntotal \"\n2", "1|a|b\n2|c|d\n");
    expect(&two, "a,b\r\nc,d\r\ntotal\r\n\"2\r\n", "1|a|b\n2|c|d\n");
    expect(&two, "a\nb\n", "");
    expect(&two, "a\n", "");
}

static void a_quote_that_is_open_at_the_footer_is_never_closed(void **state)
{
    (void)state;
    const Dialect one = {.delimiter = ',', .footer_lines = 1};

    expect(&one, "a,\"b\nc\"\n",
           "refused: line 1: the quotation mark that opens a field here is never closed\n");
}

// A file of `before`, so many letters, and `behind`; for free().
static char *make_long(const char *before, size_t letters, const char *behind, size_t *out_size)
{
    Text text = {0};
    char *many = memory_new(letters + 1, 1);

    memset(many, 'x', letters);
    text_append(&text, before);
    text_append(&text, many);
    text_append(&text, behind);
    free(many);
    *out_size = text.size_bytes;
    return text_take(&text);
}

static void expect_long(const Dialect *dialect, const char *before, size_t letters,
                        const char *behind, const char *rows)
{
    static const size_t steps[] = {997, SIZE_MAX};
    size_t size_bytes = 0;
    char *file = make_long(before, letters, behind, &size_bytes);

    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        char *found = read_in_steps(dialect, file, size_bytes, steps[i]);

        assert_string_equal(found, rows);
        free(found);
    }
    free(file);
}

static void a_row_over_its_bound_is_told_and_passed_over(void **state)
{
    (void)state;
    const Dialect plain = {.delimiter = ',', .is_unquoted = true};
    const size_t longest = ROW_BYTES_MAX - 3; // with "c," and the line's end
    size_t size_bytes = 0;
    char *fits = make_long("1|c|", longest, "\n2|e|f\n", &size_bytes);
    char *cut = make_long("1 too long|c|", longest + 1, "\n2|e|f\n", &size_bytes);

    expect_long(&comma, "c,", longest, "\ne,f\n", fits);
    expect_long(&plain, "c,", longest, "\ne,f\n", fits);
    expect_long(&comma, "c,", longest + 1, "\ne,f\n", cut);
    expect_long(&comma, "c,", 2 * longest, "\r\ne,f\n", cut);
    expect_long(&plain, "c,", 2 * longest, ",d\re,f\n", cut);
    free(fits);
    free(cut);
}

static void a_row_over_its_bound_within_quotes_refuses_the_file(void **state)
{
    (void)state;
    const char *refusal = "1|a|b\nrefused: line 3: the quotation mark that opens a field here is "
                          "not closed within 1048576 bytes of its row\n";

    expect_long(&comma, "a,b\n\"c\nd\",\"e\n", ROW_BYTES_MAX, "\"\nf,g\n", refusal);
    expect_long(&comma, "a,b\n\"c\nd\",\"", (size_t)3 * ROW_BYTES_MAX, "", refusal);
}

static void a_line_by_itself_minds_no_quotes(void **state)
{
    (void)state;
    static const char file[] = "a,\"b\nc\n\n\"d\"e,f\r\ng\n";
    Error error = {0};
    Text text = {0};
    CsvRow row = {0};
    bool more = true;
    CsvReader *reader =
        csv_reader_new(lines_new(source_drip(file, sizeof file - 1, SIZE_MAX), 0), ',', true);

    for (int i = 0; i < 4; i++) {
        assert_int_equal(csv_reader_line(reader, &row, &more, &error), STATUS_OK);
        assert_true(more);
        print_row(&text, &row);
    }
    assert_int_equal(csv_reader_row(reader, &row, &more, &error), STATUS_OK);
    print_row(&text, &row);
    assert_string_equal(text_bytes(&text), "1|a|! \n2|c\n3\n4|! \"d\"e\n5|g\n");
    text_free(&text);
    csv_reader_free(reader);
}

static void the_raw_text_of_a_row_is_all_of_its_lines(void **state)
{
    (void)state;
    static const char file[] = "x\r\na,\"b\r\nc\"  \r\nd\r\n";
    Error error = {0};
    CsvRow row = {0};
    bool more = true;
    CsvReader *reader =
        csv_reader_new(lines_new(source_drip(file, sizeof file - 1, 1), 0), ',', true);

    assert_int_equal(csv_reader_row(reader, &row, &more, &error), STATUS_OK);
    assert_int_equal(csv_reader_row(reader, &row, &more, &error), STATUS_OK);
    assert_true(slice_equals_text(row.raw, "a,\"b\r\nc\"  "));
    csv_reader_free(reader);
}

static void columns_beyond_the_most_are_counted_and_not_kept(void **state)
{
    (void)state;
    Text file = {0};
    Error error = {0};
    CsvRow row = {0};
    bool more = true;

    for (int i = 1; i < 3 * COLUMNS_MAX; i++)
        text_append(&file, "a,");
    text_append(&file, "a\n");

    CsvReader *reader =
        csv_reader_new(lines_new(source_drip(file.bytes, file.size_bytes, SIZE_MAX), 0), ',', true);

    assert_int_equal(csv_reader_row(reader, &row, &more, &error), STATUS_OK);
    assert_int_equal(row.field_count, 3 * COLUMNS_MAX);
    csv_reader_free(reader);
    text_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_ends_at_lf_crlf_or_a_lone_cr),
        cmocka_unit_test(the_last_line_needs_no_end),
        cmocka_unit_test(empty_lines_are_no_rows_but_count_as_lines),
        cmocka_unit_test(white_space_around_an_unquoted_field_is_dropped),
        cmocka_unit_test(quoted_fields_hold_delimiters_quotes_and_line_breaks),
        cmocka_unit_test(a_stray_quote_is_told_and_reading_goes_on_at_the_next_line),
        cmocka_unit_test(an_unclosed_quote_refuses_the_file_and_names_its_line),
        cmocka_unit_test(without_quoting_a_quotation_mark_is_a_letter),
        cmocka_unit_test(footer_lines_are_held_back_whatever_stands_there),
        cmocka_unit_test(a_quote_that_is_open_at_the_footer_is_never_closed),
        cmocka_unit_test(a_row_over_its_bound_is_told_and_passed_over),
        cmocka_unit_test(a_row_over_its_bound_within_quotes_refuses_the_file),
        cmocka_unit_test(a_line_by_itself_minds_no_quotes),
        cmocka_unit_test(the_raw_text_of_a_row_is_all_of_its_lines),
        cmocka_unit_test(columns_beyond_the_most_are_counted_and_not_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
