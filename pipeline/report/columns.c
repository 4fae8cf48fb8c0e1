#include "report/columns.h"

#include "base/memory.h"

#include <stdlib.h>

// Notes every column that the layout may name; which of them it does name is in the column.
static void list_places(const Layout *layout, Columns *columns)
{
    static const LayoutColumn none = {0};
    const LayoutTotals *totals = &layout->totals;
    const LayoutColumn *figures[] = {&totals->marker, &totals->rows, &totals->streams,
                                     &totals->amount};
    static const char *const keys[] = {"totals.marker", "totals.rows", "totals.streams",
                                       "totals.amount"};

    columns->place_count = PLACE_FILTERS + layout->filter_count;
    columns->places = MEMORY_NEW(ColumnPlace, columns->place_count);
    for (int role = 0; role < COLUMN_ROLES; role++)
        columns->places[role] =
            (ColumnPlace){&layout->columns[role], layout_column_key((ColumnRole)role), NO_FIELD};
    for (size_t i = 0; i < COUNT_OF(figures); i++)
        columns->places[PLACE_TOTALS_MARKER + i] =
            (ColumnPlace){totals->marker_value == NULL ? &none : figures[i], keys[i], NO_FIELD};
    for (size_t i = 0; i < layout->filter_count; i++)
        columns->places[PLACE_FILTERS + i] =
            (ColumnPlace){&layout->filters[i].column, "filter", NO_FIELD};
}

// A row of totals has a width of its own, so the places of its figures are not the rows' matter.
static bool is_of_totals(const Columns *columns, const ColumnPlace *place)
{
    return place >= &columns->places[PLACE_TOTALS_MARKER] &&
           place < &columns->places[PLACE_FILTERS];
}

static void set_field(Columns *columns, ColumnPlace *place, size_t field)
{
    place->field = (int)field;
    if (!is_of_totals(columns, place) || place == &columns->places[PLACE_TOTALS_MARKER])
        columns->is_used[field] = true;
}

Status columns_begin(const Layout *layout, const ReportName *name, Columns *out_columns,
                     Error *error)
{
    Columns *columns = out_columns;

    *columns = (Columns){0};
    list_places(layout, columns);
    for (size_t i = 0; i < columns->place_count; i++) {
        ColumnPlace *place = &columns->places[i];
        const LayoutColumn *column = place->column;

        if (column->position > COLUMNS_MAX || column->position < 0)
            return error_set(error, STATUS_CONFIG, "%s: position %d is not within 1 to %d",
                             place->key, column->position, COLUMNS_MAX);
        if (column->position > 0)
            set_field(columns, place, (size_t)column->position - 1);
        if (column->name != NULL && !layout->header)
            return error_set(error, STATUS_CONFIG,
                             "%s: column \"%s\" cannot be found by name, since the layout has no "
                             "header",
                             place->key, column->name);
    }
    for (int role = 0; role < COLUMN_ROLES; role++) {
        const LayoutColumn *column = &layout->columns[role];

        columns->constants[role] = column->constant;
        if (column->name_part == NULL)
            continue;
        if (name != NULL)
            columns->constants[role] = report_name_part(name, column->name_part);
        if (columns->constants[role] == NULL)
            return error_set(error, STATUS_CONFIG, "%s: the file's name has no part {%s}",
                             columns->places[role].key, column->name_part);
    }
    return STATUS_OK;
}

// Finds a place's column in the header, or adds to the faults why not.
static void find_by_name(Columns *columns, ColumnPlace *place, Text *faults)
{
    const char *wanted = place->column->name;
    size_t first = columns->name_count;

    for (size_t i = 0; i < columns->name_count; i++) {
        if (!slice_equals_text(slice_trimmed(slice_of(columns->names[i])), wanted))
            continue;
        if (first == columns->name_count) {
            first = i;
            continue;
        }
        text_append_format(faults, "; \"%s\" (%s) stands there twice, in columns %zu and %zu",
                           wanted, place->key, first + 1, i + 1);
        return;
    }
    if (first < columns->name_count) {
        set_field(columns, place, first);
        return;
    }

    const char *nearest =
        text_nearest(wanted, (const char *const *)columns->names, columns->name_count);

    text_append_format(faults, "; \"%s\" (%s) is missing", wanted, place->key);
    if (nearest != NULL)
        text_append_format(faults, ", the nearest is \"%s\"", nearest);
}

static Status refuse_width(const CsvRow *row, Error *error)
{
    return error_set(error, STATUS_DATA, "line %lld has %zu columns, and %d is the most",
                     (long long)row->line, row->field_count, COLUMNS_MAX);
}

Status columns_take_header(Columns *columns, const CsvRow *header, Error *error)
{
    Status status = STATUS_OK;
    Text faults = {0};

    if (header->fault == CSV_FAULT_QUOTE)
        return error_set(error, STATUS_DATA, "line %lld: the header has a stray quotation mark",
                         (long long)header->line);
    if (header->fault == CSV_FAULT_LENGTH)
        return error_set(error, STATUS_DATA, "line %lld: the header has more than %d bytes",
                         (long long)header->line, ROW_BYTES_MAX);
    if (header->field_count > COLUMNS_MAX)
        return refuse_width(header, error);
    columns->name_count = header->field_count;
    columns->names = MEMORY_NEW(char *, header->field_count);
    for (size_t i = 0; i < header->field_count; i++)
        columns->names[i] = slice_copy(header->fields[i]);
    for (size_t i = 0; i < columns->place_count; i++)
        if (columns->places[i].column->name != NULL)
            find_by_name(columns, &columns->places[i], &faults);
    if (faults.size_bytes > 0)
        status = error_set(error, STATUS_DATA, "line %lld, the header: %s", (long long)header->line,
                           text_bytes(&faults) + 2);
    else
        status = columns_take_width(columns, header, error);
    text_free(&faults);
    return status;
}

Status columns_take_width(Columns *columns, const CsvRow *row, Error *error)
{
    if (row->field_count > COLUMNS_MAX)
        return refuse_width(row, error);
    for (size_t i = 0; i < columns->place_count; i++) {
        const ColumnPlace *place = &columns->places[i];

        if (place->field >= (int)row->field_count && !is_of_totals(columns, place))
            return error_set(error, STATUS_DATA,
                             "line %lld has %zu columns, but the layout has %s in column %d",
                             (long long)row->line, row->field_count, place->key, place->field + 1);
    }
    columns->width = row->field_count;
    return STATUS_OK;
}

bool columns_have(const Columns *columns, ColumnRole role)
{
    return columns->places[role].field != NO_FIELD || columns->constants[role] != NULL;
}

void columns_clear(Columns *columns)
{
    for (size_t i = 0; i < columns->name_count; i++)
        free(columns->names[i]);
    free(columns->names);
    free(columns->places);
    *columns = (Columns){0};
}
