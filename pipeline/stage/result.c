#include "base/memory.h"
#include "stage/internal.h"
#include "store/json.h"

#include <errno.h>
#include <inttypes.h>
#include <libsmartcols/libsmartcols.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool stage_shows_people(const Stage *stage)
{
    return !stage->line.as_json && !stage->line.is_quiet;
}

Status stage_flush(Stage *stage, Error *error)
{
    errno = 0;

    bool is_flushed = fflush(stdout) == 0;

    if (is_flushed && ferror(stdout) == 0)
        return STATUS_OK;
    stage->has_lost_output = true;
    return is_flushed
               ? error_set(error, STATUS_CANNOT_WRITE, "could not write all to standard output")
               : error_set_errno(error, STATUS_CANNOT_WRITE, "could not write to standard output");
}

// Its status is known last, and so stands behind what is printed now.
void stage_begin_document(Stage *stage)
{
    (void)json_object_del(stage->document, "status");

    char *begin = json_dumps(stage->document, JSON_COMPACT);

    if (begin != NULL)
        (void)fwrite(begin, 1, strlen(begin) - 1, stdout); // without its brace
    (void)json_object_clear(stage->document);
    stage->has_begun_document = true;
    free(begin);
}

static Status print_document(const Stage *stage, Error *error)
{
    char *line = json_dumps(stage->document, JSON_COMPACT);

    if (line == NULL)
        return error_set(error, STATUS_BUG, "the result is no JSON document");
    if (stage->has_begun_document)
        line[0] = ','; // in place of its brace
    (void)puts(line);
    free(line);
    return STATUS_OK;
}

Status stage_end_output(Stage *stage, Error *error)
{
    Status status = STATUS_OK;

    TRY(stage_list_end(stage, error));
    if (stage->has_lost_output)
        goto cleanup;
    if (stage->line.as_json)
        TRY(print_document(stage, error));
    TRY(stage_flush(stage, error));

cleanup:
    return status;
}

void stage_value(Stage *stage, const char *name, json_t *taken_value)
{
    if (stage->line.as_json)
        (void)json_object_set_new(stage->document, name, taken_value);
    else
        json_decref(taken_value); // a long table is not kept for nobody
}

void stage_text(Stage *stage, const char *name, const char *text)
{
    if (stage_shows_people(stage)) {
        (void)fputs(text, stdout);
        stage->has_printed = true;
    }
    stage_value(stage, name, json_of_text(text));
}

static void keep_sentence(Stage *stage, const char *sentence)
{
    json_t *said = json_object_get(stage->document, "said");

    if (said == NULL) {
        said = json_array();
        stage_value(stage, "said", said);
    }
    (void)json_array_append_new(said, json_of_text(sentence));
}

static void print_sentence(Stage *stage, const char *sentence)
{
    if (stage->ends_with_table)
        (void)putchar('\n');
    (void)puts(sentence);
    stage->has_printed = true;
    stage->ends_with_table = false;
}

void stage_say(Stage *stage, const char *format, ...)
{
    Text sentence = {0};
    va_list arguments;

    va_start(arguments, format);
    text_append_arguments(&sentence, format, arguments);
    va_end(arguments);
    if (stage->line.as_json)
        keep_sentence(stage, text_bytes(&sentence));
    else if (!stage->line.is_quiet)
        print_sentence(stage, text_bytes(&sentence));
    text_free(&sentence);
}

/** A value of the document as a person reads it; the caller's, for free(). */
static char *cell_text(const json_t *value)
{
    if (value == NULL || json_is_null(value))
        return memory_copy_text("");
    if (json_is_string(value))
        return memory_copy_text(json_string_value(value));
    if (json_is_integer(value))
        return text_format("%" JSON_INTEGER_FORMAT, json_integer_value(value));
    if (json_is_boolean(value))
        return memory_copy_text(json_is_true(value) ? "yes" : "no");
    return json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
}

static void fill_table(struct libscols_table *table, const json_t *rows,
                       const ResultColumn columns[], size_t column_count)
{
    size_t row = 0;
    const json_t *object = NULL;

    json_array_foreach(rows, row, object)
    {
        struct libscols_line *line = memory_checked(scols_table_new_line(table, NULL));

        for (size_t i = 0; i < column_count; i++) {
            char *text = cell_text(json_object_get(object, columns[i].key));

            (void)memory_checked(scols_line_set_data(line, i, text) == 0 ? line : NULL);
            free(text);
        }
    }
}

static void head_table(struct libscols_table *table, const ResultColumn columns[],
                       size_t column_count, const size_t widths[])
{
    // The same table on a terminal as in a file: not cut to the terminal's width.
    (void)scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
    (void)scols_table_enable_noheadings(table, widths != NULL && widths[0] > 0);
    for (size_t i = 0; i < column_count; i++)
        (void)memory_checked(scols_table_new_column(table, columns[i].heading,
                                                    widths == NULL ? 0 : (double)widths[i],
                                                    columns[i].to_the_right ? SCOLS_FL_RIGHT : 0));
}

void stage_begin_table(const Stage *stage)
{
    if (stage->has_printed)
        (void)putchar('\n');
}

Status stage_print_page(Stage *stage, const json_t *rows, const ResultColumn columns[],
                        size_t column_count, size_t widths[], Error *error)
{
    Status status = STATUS_OK;
    struct libscols_table *table = memory_checked(scols_new_table());

    head_table(table, columns, column_count, widths);
    fill_table(table, rows, columns, column_count);
    if (scols_print_table(table) != 0)
        status = error_set(error, STATUS_CANNOT_WRITE, "could not print a table");
    for (size_t i = 0; widths != NULL && i < column_count; i++)
        widths[i] = scols_column_get_width(scols_table_get_column(table, i));
    stage->has_printed = true;
    stage->ends_with_table = true;
    scols_unref_table(table);
    return status;
}

Status stage_table(Stage *stage, const char *name, json_t *taken_rows, const ResultColumn columns[],
                   size_t column_count, Error *error)
{
    Status status = STATUS_OK;

    if (stage_shows_people(stage) && json_array_size(taken_rows) > 0) {
        stage_begin_table(stage);
        status = stage_print_page(stage, taken_rows, columns, column_count, NULL, error);
    }
    stage_value(stage, name, taken_rows);
    return status;
}
