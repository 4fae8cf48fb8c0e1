#include "report/totals.h"

static bool has_figure(const Columns *columns, int figure)
{
    const LayoutColumn *column = columns->places[PLACE_TOTALS_ROWS + figure].column;

    return column->name != NULL || column->position > 0;
}

static bool read_field(const CsvRow *row, const ColumnPlace *place, Slice *out_field)
{
    if (place->field == NO_FIELD || (size_t)place->field >= row->field_count)
        return false;
    *out_field = slice_trimmed(row->fields[place->field]);
    return true;
}

static Status read_figure(const CsvRow *row, const ColumnPlace *place, char point,
                          Decimal *out_figure, Error *error)
{
    Slice field = {0};

    if (!read_field(row, place, &field))
        return error_set(error, STATUS_DATA,
                         "line %lld: the sender's totals have %zu columns and lack %s",
                         (long long)row->line, row->field_count, place->key);
    if (decimal_parse(field, point, out_figure) != DECIMAL_PARSED)
        return error_set(error, STATUS_DATA,
                         "line %lld: the sender's %s is \"%.*s\", where a number was expected",
                         (long long)row->line, place->key, SLICE_ARGUMENTS(field));
    return STATUS_OK;
}

Status totals_take(Totals *totals, const Columns *columns, const Layout *layout, const CsvRow *row,
                   bool *out_is_totals, Error *error)
{
    Status status = STATUS_OK;
    Slice marker = {0};

    *out_is_totals = layout->totals.marker_value != NULL &&
                     read_field(row, &columns->places[PLACE_TOTALS_MARKER], &marker) &&
                     slice_equals_text(marker, layout->totals.marker_value);
    if (!*out_is_totals)
        return STATUS_OK;
    if (totals->line != 0)
        return error_set(error, STATUS_DATA,
                         "line %lld: the sender's totals stand there twice, first at line %lld",
                         (long long)row->line, (long long)totals->line);
    for (int i = 0; i < TOTALS_FIGURES; i++)
        if (has_figure(columns, i))
            TRY(read_figure(row, &columns->places[PLACE_TOTALS_ROWS + i], layout->decimal_point,
                            &totals->figures[i], error));
    totals->line = row->line;

cleanup:
    return status;
}

Status totals_compare(const Totals *totals, const Columns *columns, const Layout *layout,
                      const ReportCounts *counts, Error *error)
{
    static const char *const names[TOTALS_FIGURES] = {"rows", "streams", "in money"};
    const Decimal found[TOTALS_FIGURES] = {decimal_from_int64(counts->rows_read),
                                           decimal_from_int64(counts->streams), counts->amount};
    char sent_text[DECIMAL_TEXT_BYTES];
    char found_text[DECIMAL_TEXT_BYTES];

    if (totals->line == 0 && layout->totals.marker_value != NULL && layout->totals.required)
        return error_set(error, STATUS_DATA,
                         "the file ends at line %lld without the sender's totals, a row marked "
                         "\"%s\": it was cut",
                         (long long)counts->lines, layout->totals.marker_value);
    for (int i = 0; i < TOTALS_FIGURES && totals->line != 0; i++)
        if (has_figure(columns, i) && !decimal_equal(&totals->figures[i], &found[i]))
            return error_set(error, STATUS_DATA,
                             "line %lld: the sender's totals say %s %s, but the file has %s (%lld "
                             "of its %lld rows were rejected)",
                             (long long)totals->line, decimal_print(&totals->figures[i], sent_text),
                             names[i], decimal_print(&found[i], found_text),
                             (long long)counts->rejected, (long long)counts->rows_read);
    return STATUS_OK;
}
