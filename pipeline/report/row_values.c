#include "report/row_values.h"

#include "report/values.h"

Slice row_text(RowReading *reading, ColumnRole role)
{
    const Columns *columns = reading->columns;
    int field = columns->places[role].field;

    reading->role = role;
    return slice_trimmed(field == NO_FIELD ? slice_of(columns->constants[role])
                                           : reading->row->fields[field]);
}

RejectReason row_read_sequence_id(RowReading *reading, RowValues *values)
{
    return value_sequence_id(row_text(reading, COLUMN_SEQUENCE_ID), reading->layout->first_id,
                             &values->sequence_id);
}

RejectReason row_read_time(RowReading *reading, RowValues *values)
{
    return time_parse(&reading->times, row_text(reading, COLUMN_TIME), false, &values->period_from,
                      &values->period_to);
}

RejectReason row_read_period(RowReading *reading, RowValues *values)
{
    return time_parse(&reading->times, row_text(reading, COLUMN_PERIOD), true, &values->period_from,
                      &values->period_to);
}

RejectReason row_read_from_and_to(RowReading *reading, RowValues *values)
{
    Day begin_of_to = 0;
    RejectReason reason = time_parse(&reading->times, row_text(reading, COLUMN_PERIOD_FROM), true,
                                     &values->period_from, &values->period_to);

    if (reason != REJECT_NONE || !columns_have(reading->columns, COLUMN_PERIOD_TO))
        return reason;
    reason = time_parse(&reading->times, row_text(reading, COLUMN_PERIOD_TO), true, &begin_of_to,
                        &values->period_to);
    if (reason == REJECT_NONE && values->period_to < values->period_from)
        reason = REJECT_TIME_RANGE;
    return reason;
}

RejectReason row_read_duration(RowReading *reading, RowValues *values)
{
    const Layout *layout = reading->layout;
    int64_t us = 0;
    RejectReason reason = value_duration(row_text(reading, COLUMN_DURATION), layout->duration_unit,
                                         layout->decimal_point, &us);

    values->is_monetised = us > layout->monetised_threshold_us ||
                           (layout->monetised_at_threshold && us == layout->monetised_threshold_us);
    return reason;
}

RejectReason row_read_flag(RowReading *reading, RowValues *values)
{
    return value_flag(reading->layout, row_text(reading, COLUMN_MONETISED), &values->is_monetised);
}

RejectReason row_read_count(RowReading *reading, RowValues *values)
{
    RejectReason reason = value_quantity(row_text(reading, COLUMN_MONETISED),
                                         reading->layout->decimal_point, &values->monetised);

    return reason == REJECT_NONE ? REJECT_NONE : REJECT_MONETISED_INVALID;
}

RejectReason row_read_quantity(RowReading *reading, RowValues *values)
{
    return value_quantity(row_text(reading, COLUMN_QUANTITY), reading->layout->decimal_point,
                          &values->streams);
}

RejectReason row_check_count(RowReading *reading, RowValues *values)
{
    reading->role = COLUMN_MONETISED;
    return value_monetised_range(values->monetised, values->streams);
}

RejectReason row_count_monetised(RowReading *reading, RowValues *values)
{
    (void)reading;
    values->monetised = values->is_monetised ? values->streams : 0;
    return REJECT_NONE;
}

RejectReason row_read_amount(RowReading *reading, RowValues *values)
{
    switch (decimal_parse(row_text(reading, COLUMN_AMOUNT), reading->layout->decimal_point,
                          &values->amount)) {
    case DECIMAL_PARSED:
        return REJECT_NONE;
    case DECIMAL_TOO_LONG:
        return REJECT_AMOUNT_LENGTH;
    case DECIMAL_NOT_A_NUMBER:
        break;
    }
    return REJECT_AMOUNT_INVALID;
}

RejectReason row_read_currency(RowReading *reading, RowValues *values)
{
    char letters[CURRENCY_LETTERS];
    RejectReason reason = value_currency(row_text(reading, COLUMN_CURRENCY), letters);

    if (reason == REJECT_NONE)
        values->currency =
            arena_copy(reading->arena, (Slice){.bytes = letters, .size_bytes = sizeof letters});
    return reason;
}

RejectReason row_read_recording(RowReading *reading, RowValues *values)
{
    Slice text = row_text(reading, COLUMN_RECORDING);

    values->recording = code_from_isrc(text);
    if (values->recording == CODE_ODD)
        values->recording_text = arena_copy(reading->arena, text);
    return REJECT_NONE;
}

RejectReason row_read_release(RowReading *reading, RowValues *values)
{
    Slice text = row_text(reading, COLUMN_RELEASE);

    values->release = code_from_gtin(text);
    if (values->release == CODE_ODD)
        values->release_text = arena_copy(reading->arena, text);
    return REJECT_NONE;
}

// A copy with the letters of one case made those of the other, which begins at `to`.
static Slice copy_in_case(Arena *arena, Slice text, char from, char to)
{
    char *bytes = arena_take(arena, text.size_bytes);

    for (size_t i = 0; i < text.size_bytes; i++) {
        bytes[i] = text.bytes[i];
        if (bytes[i] >= from && bytes[i] < from + 26)
            bytes[i] = (char)(bytes[i] - from + to);
    }
    return (Slice){.bytes = bytes, .size_bytes = text.size_bytes};
}

RejectReason row_read_territory(RowReading *reading, RowValues *values)
{
    values->territory = copy_in_case(reading->arena, row_text(reading, COLUMN_TERRITORY), 'a', 'A');
    return REJECT_NONE;
}

RejectReason row_read_tier(RowReading *reading, RowValues *values)
{
    values->tier = copy_in_case(reading->arena, row_text(reading, COLUMN_TIER), 'A', 'a');
    return REJECT_NONE;
}
