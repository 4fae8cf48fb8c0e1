#include "catalogue/load.h"

#include "base/memory.h"
#include "report/code.h"
#include "report/csv.h"
#include "report/lines.h"
#include "report/source.h"
#include "store/copy.h"

#include <stdlib.h>

/** A file that is being read. */
typedef struct Load {
    const ImportFile *file;
    const char *path;
    Faults *faults;
    CsvReader *reader;
    Copy *copy;
    size_t column_count;
    size_t header_count;               // of the file's own columns
    size_t places[IMPORT_COLUMNS_MAX]; // of each column in the file's rows
    Cell cells[IMPORT_COLUMNS_MAX];
    Text complaint;
} Load;

static const CellRule *find_rule(const ImportFile *file, Slice name, size_t *out_index)
{
    for (size_t i = 0; i < import_file_columns(file); i++) {
        if (slice_equals_text(name, file->rules[i].column)) {
            *out_index = i;
            return &file->rules[i];
        }
    }
    return NULL;
}

static void tell_unknown_column(Load *load, Slice name)
{
    const char *names[IMPORT_COLUMNS_MAX];
    char *word = slice_copy(name);

    for (size_t i = 0; i < load->column_count; i++)
        names[i] = load->file->rules[i].column;

    const char *nearest = text_nearest(word, names, load->column_count);

    if (nearest == NULL)
        faults_add(load->faults, load->path, 1, "column \"%s\" is unknown", word);
    else
        faults_add(load->faults, load->path, 1, "column \"%s\" is unknown; the nearest is \"%s\"",
                   word, nearest);
    free(word);
}

/** Finds the columns in the header; faults: the rows cannot be read. */
static bool read_header(Load *load, const CsvRow *row)
{
    bool is_seen[IMPORT_COLUMNS_MAX] = {false};
    bool is_sound = true;

    load->header_count = row->field_count;
    for (size_t i = 0; i < row->field_count && i < COLUMNS_MAX; i++) {
        size_t column = 0;

        if (find_rule(load->file, row->fields[i], &column) == NULL) {
            tell_unknown_column(load, row->fields[i]);
            is_sound = false;
        } else if (is_seen[column]) {
            faults_add(load->faults, load->path, (int)row->line, "column \"%s\" is there twice",
                       load->file->rules[column].column);
            is_sound = false;
        } else {
            is_seen[column] = true;
            load->places[column] = i;
        }
    }
    for (size_t i = 0; i < load->column_count; i++) {
        if (!is_seen[i])
            faults_add(load->faults, load->path, (int)row->line, "column \"%s\" is missing",
                       load->file->rules[i].column);
        is_sound &= is_seen[i];
    }
    return is_sound;
}

static bool read_cells(Load *load, const CsvRow *row)
{
    bool is_sound = true;

    for (size_t i = 0; i < load->column_count; i++) {
        text_clear(&load->complaint);
        if (!cell_read(&load->file->rules[i], row->fields[load->places[i]], &load->cells[i],
                       &load->complaint)) {
            faults_add(load->faults, load->path, (int)row->line, "%s",
                       text_bytes(&load->complaint));
            load->cells[i].text = (Slice){0}; // null
            is_sound = false;
        }
    }
    return is_sound;
}

/** Days of validity stand in the last two columns of a file that has them. */
static bool check_validity(Load *load, int64_t line)
{
    const CellRule *last = &load->file->rules[load->column_count - 1];
    Cell *from = &load->cells[load->column_count - 2];
    Cell *to = &load->cells[load->column_count - 1];
    char from_text[DAY_TEXT_BYTES];
    char to_text[DAY_TEXT_BYTES];

    if (!text_equal(last->column, "valid_to") || from->day == DAY_NONE || to->day == DAY_NONE ||
        from->day <= to->day)
        return true;
    faults_add(load->faults, load->path, (int)line,
               "valid_to is %s, before valid_from, which is %s; it is the last day included",
               day_print(to->day, to_text), day_print(from->day, from_text));
    from->day = DAY_NONE;
    to->day = DAY_NONE;
    return false;
}

static bool is_null(const CellRule *rule, const Cell *cell)
{
    return rule->type == CELL_DAY ? cell->day == DAY_NONE : cell->text.bytes == NULL;
}

static void copy_cell(Copy *copy, const CellRule *rule, const Cell *cell)
{
    if (is_null(rule, cell)) {
        copy_null(copy);
        if (rule->type == CELL_RELEASE)
            copy_null(copy);
        return;
    }
    switch (rule->type) {
    case CELL_RELEASE:
        copy_int64(copy, cell->number);
        copy_text(copy, cell->text);
        return;
    case CELL_RECORDING:
        copy_int64(copy, cell->number);
        return;
    case CELL_POSITION:
        copy_int32(copy, (int32_t)cell->number);
        return;
    case CELL_FLAG:
        copy_bool(copy, cell->number != 0);
        return;
    case CELL_DAY:
        copy_day(copy, cell->day);
        return;
    case CELL_AMOUNT:
    case CELL_SHARE:
        copy_numeric(copy, &cell->decimal);
        return;
    case CELL_TEXT:
    case CELL_KEY:
    case CELL_LETTERS:
    case CELL_IBAN:
    case CELL_BIC:
    case CELL_ALIAS_KIND:
    case CELL_RATE_BASIS:
        copy_text(copy, cell->text);
        return;
    }
}

static Status copy_cells(Load *load, int64_t line, bool is_sound, Error *error)
{
    Status status = STATUS_OK;
    int16_t field_count = 2;

    for (size_t i = 0; i < load->column_count; i++)
        field_count = (int16_t)(field_count + (load->file->rules[i].type == CELL_RELEASE ? 2 : 1));
    TRY(copy_row(load->copy, field_count, error));
    copy_int64(load->copy, line);
    copy_bool(load->copy, is_sound);
    for (size_t i = 0; i < load->column_count; i++)
        copy_cell(load->copy, &load->file->rules[i], &load->cells[i]);

cleanup:
    return status;
}

/** Whether the row has its fields; else it is no row of ours. */
static bool is_row(Load *load, const CsvRow *row)
{
    switch (row->fault) {
    case CSV_FAULT_NONE:
        break;
    case CSV_FAULT_QUOTE:
        faults_add(load->faults, load->path, (int)row->line,
                   "a quotation mark stands in \"%.*s\", which does not begin with one, or behind "
                   "the one that ends it",
                   SLICE_ARGUMENTS(row->fault_text));
        return false;
    case CSV_FAULT_LENGTH:
        faults_add(load->faults, load->path, (int)row->line, "the row is longer than %d bytes",
                   ROW_BYTES_MAX);
        return false;
    }
    if (row->field_count != load->header_count)
        faults_add(load->faults, load->path, (int)row->line,
                   "the row has %zu fields, the header %zu", row->field_count, load->header_count);
    return row->field_count == load->header_count;
}

static Status read_rows(Load *load, LoadedRows *loaded, Error *error)
{
    Status status = STATUS_OK;
    CsvRow row = {0};
    bool more = true;

    TRY(csv_reader_row(load->reader, &row, &more, error));
    if (!more) {
        faults_add(load->faults, load->path, 0, "the file is empty; expected a header");
        goto cleanup;
    }
    load->header_count = row.field_count;
    if (!is_row(load, &row) || !read_header(load, &row))
        goto cleanup;
    loaded->are_all = true;
    for (;;) {
        TRY(csv_reader_row(load->reader, &row, &more, error));
        if (!more)
            goto cleanup;
        if (!is_row(load, &row)) {
            loaded->are_all = false;
            continue;
        }

        bool are_sound = read_cells(load, &row);
        bool is_valid = check_validity(load, row.line);

        TRY(copy_cells(load, row.line, are_sound && is_valid, error));
        loaded->count++;
    }

cleanup:
    return status;
}

Status catalogue_load(Store *store, const ImportFile *file, const char *path, Faults *faults,
                      LoadedRows *out_loaded, Error *error)
{
    Status status = STATUS_OK;
    Load load = {
        .file = file, .path = path, .faults = faults, .column_count = import_file_columns(file)};
    LoadedRows loaded = {0};
    Source *source = NULL;

    TRY(source_open_file(path, &source, error));
    load.reader = csv_reader_new(lines_new(source_utf8(source, ENCODING_UTF_8), 0), ',', true);
    TRY(copy_begin(store, file->copy, &load.copy, error));
    status = read_rows(&load, &loaded, error);
    if (status == STATUS_DATA) { // an open quotation mark, a byte order mark of UTF-16
        faults_add(faults, path, 0, "%s", error->message);
        error_clear(error);
        loaded.are_all = false;
        status = STATUS_OK;
    }
    TRY(status);
    TRY(copy_end(load.copy, NULL, error));
    *out_loaded = loaded;

cleanup:
    copy_free(load.copy);
    csv_reader_free(load.reader);
    text_free(&load.complaint);
    return status;
}
