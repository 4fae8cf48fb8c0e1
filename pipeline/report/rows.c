#include "report/rows.h"

#include "base/memory.h"
#include "report/expected.h"
#include "report/row_values.h"
#include "report/shape.h"

#include <stdlib.h>

enum { STEPS_MAX = 16 };

struct RowRules {
    const Columns *columns;
    const Layout *layout;
    RowReading reading;
    RowStep steps[STEPS_MAX]; // those that a row needs, in their order
    size_t step_count;
    RowValues fixed; // what all rows have in common
    Arena texts;     // of it, and of what was expected
    Slice expected[REJECT_REASON_COUNT];
};

// Refuses a value that is the same for all rows and is none.
static Status refuse_constant(const RowRules *rules, ColumnRole role, RejectReason reason,
                              Error *error)
{
    bool in_name = rules->layout->columns[role].name_part != NULL;

    return error_set(error, in_name ? STATUS_DATA : STATUS_CONFIG,
                     "%s: \"%s\"%s, where %s was expected", layout_column_key(role),
                     rules->columns->constants[role], in_name ? " in the file's name" : "",
                     rules->expected[reason].bytes);
}

// A step that reads one or two roles: for each row, or at once where no row tells it.
static Status add_step(RowRules *rules, RowStep step, ColumnRole role, ColumnRole other,
                       Error *error)
{
    const ColumnPlace *places = rules->columns->places;
    RejectReason reason = REJECT_NONE;

    if (places[role].field != NO_FIELD || places[other].field != NO_FIELD)
        rules->steps[rules->step_count++] = step;
    else
        reason = step(&rules->reading, &rules->fixed);
    return reason == REJECT_NONE ? STATUS_OK
                                 : refuse_constant(rules, rules->reading.role, reason, error);
}

static Status add_step_if(RowRules *rules, RowStep step, ColumnRole role, Error *error)
{
    return columns_have(rules->columns, role) ? add_step(rules, step, role, role, error)
                                              : STATUS_OK;
}

static Status need(const RowRules *rules, ColumnRole role, Error *error)
{
    return columns_have(rules->columns, role)
               ? STATUS_OK
               : error_set(error, STATUS_CONFIG, "the layout has no column \"%s\", which it needs",
                           layout_column_key(role));
}

static Status add_time(RowRules *rules, Error *error)
{
    const Layout *layout = rules->layout;

    if (layout->time_format == TIME_PATTERN) {
        Status status = time_pattern_check(layout->time_pattern, error);

        if (status != STATUS_OK)
            return status;
    }
    if (columns_have(rules->columns, COLUMN_TIME))
        return add_step(rules, row_read_time, COLUMN_TIME, COLUMN_TIME, error);
    if (columns_have(rules->columns, COLUMN_PERIOD))
        return add_step(rules, row_read_period, COLUMN_PERIOD, COLUMN_PERIOD, error);
    if (columns_have(rules->columns, COLUMN_PERIOD_FROM))
        return add_step(rules, row_read_from_and_to, COLUMN_PERIOD_FROM, COLUMN_PERIOD_TO, error);
    return error_set(error, STATUS_CONFIG, "the layout has no column for a time or a period");
}

static Status add_monetised(RowRules *rules, Error *error)
{
    Status status = STATUS_OK;

    switch (rules->layout->monetised_by) {
    case MONETISED_BY_DURATION:
        TRY(need(rules, COLUMN_DURATION, error));
        TRY(add_step_if(rules, row_read_duration, COLUMN_DURATION, error));
        break;
    case MONETISED_BY_FLAG:
        TRY(need(rules, COLUMN_MONETISED, error));
        TRY(add_step_if(rules, row_read_flag, COLUMN_MONETISED, error));
        break;
    case MONETISED_BY_COUNT:
        TRY(need(rules, COLUMN_MONETISED, error));
        TRY(add_step_if(rules, row_read_count, COLUMN_MONETISED, error));
        break;
    case MONETISED_ALL:
        rules->fixed.is_monetised = true;
        break;
    }

cleanup:
    return status;
}

static Status add_steps(RowRules *rules, Error *error)
{
    Status status = STATUS_OK;
    const Layout *layout = rules->layout;

    if (layout->identity == IDENTITY_COLUMN) {
        TRY(need(rules, COLUMN_SEQUENCE_ID, error));
        TRY(add_step_if(rules, row_read_sequence_id, COLUMN_SEQUENCE_ID, error));
    }
    TRY(add_time(rules, error));
    TRY(add_monetised(rules, error));
    TRY(add_step_if(rules, row_read_quantity, COLUMN_QUANTITY, error));
    rules->steps[rules->step_count++] =
        layout->monetised_by == MONETISED_BY_COUNT ? row_check_count : row_count_monetised;
    if (columns_have(rules->columns, COLUMN_AMOUNT)) {
        TRY(need(rules, COLUMN_CURRENCY, error));
        TRY(add_step_if(rules, row_read_amount, COLUMN_AMOUNT, error));
        TRY(add_step_if(rules, row_read_currency, COLUMN_CURRENCY, error));
    }
    TRY(add_step_if(rules, row_read_recording, COLUMN_RECORDING, error));
    TRY(add_step_if(rules, row_read_release, COLUMN_RELEASE, error));
    TRY(add_step_if(rules, row_read_territory, COLUMN_TERRITORY, error));
    TRY(add_step_if(rules, row_read_tier, COLUMN_TIER, error));

cleanup:
    return status;
}

static Status check_constants(const RowRules *rules, Error *error)
{
    for (int role = 0; role < COLUMN_ROLES; role++) {
        const char *constant = rules->columns->constants[role];
        RejectReason reason = constant == NULL ? REJECT_NONE : shape_check(slice_of(constant));

        if (reason != REJECT_NONE)
            return refuse_constant(rules, (ColumnRole)role, reason, error);
    }
    return STATUS_OK;
}

Status row_rules_new(const Columns *columns, const Layout *layout, const DayTable *days,
                     RowRules **out_rules, Error *error)
{
    Status status = STATUS_OK;
    RowRules *rules = MEMORY_NEW(RowRules, 1);

    rules->columns = columns;
    rules->layout = layout;
    rules->reading = (RowReading){
        .layout = layout,
        .columns = columns,
        .times = {.format = layout->time_format, .pattern = layout->time_pattern, .days = days},
        .arena = &rules->texts,
    };
    rules->fixed.streams = 1;
    for (int reason = 0; reason < REJECT_REASON_COUNT; reason++)
        rules->expected[reason] = expected_phrase(layout, (RejectReason)reason, &rules->texts);
    TRY(check_constants(rules, error));
    TRY(add_steps(rules, error));
    *out_rules = rules;
    rules = NULL;

cleanup:
    row_rules_free(rules);
    return status;
}

void row_rules_free(RowRules *rules)
{
    if (rules == NULL)
        return;
    arena_free(&rules->texts);
    free(rules);
}

const RowValues *row_rules_fixed(const RowRules *rules)
{
    return &rules->fixed;
}

Slice row_rules_expected(const RowRules *rules, RejectReason reason)
{
    return rules->expected[reason];
}

static RowFault check_row(const RowRules *rules, const CsvRow *row, Arena *arena)
{
    RowFault fault = {.reason = REJECT_NONE, .field = NO_FIELD};

    if (row->fault == CSV_FAULT_LENGTH) {
        fault.reason = REJECT_SHAPE_LENGTH;
        fault.found = arena_format(arena, "a row of more than %d bytes", ROW_BYTES_MAX);
    } else if (row->fault == CSV_FAULT_QUOTE) {
        fault = (RowFault){REJECT_SHAPE_QUOTE, (int)row->field_count, row->fault_text};
    } else if (row->field_count != rules->columns->width) {
        fault.reason = REJECT_SHAPE_FIELDS;
        fault.found = arena_format(arena, "%zu fields", row->field_count);
    }
    return fault;
}

static RowFault check_fields(const RowRules *rules, const CsvRow *row)
{
    for (size_t i = 0; i < row->field_count; i++) {
        RejectReason reason =
            row->fields[i].size_bytes > FIELD_BYTES_MAX ? REJECT_SHAPE_LENGTH : REJECT_NONE;

        if (reason == REJECT_NONE && rules->columns->is_used[i])
            reason = shape_check(row->fields[i]);
        if (reason != REJECT_NONE)
            return (RowFault){reason, (int)i, row->fields[i]};
    }
    return (RowFault){.reason = REJECT_NONE, .field = NO_FIELD};
}

static void put_values(RowBlock *block, int64_t line, const RowValues *values)
{
    size_t i = block->count++;

    block->lines[i] = line;
    block->sequence_ids[i] = values->sequence_id;
    block->period_from[i] = values->period_from;
    block->period_to[i] = values->period_to;
    block->recordings[i] = values->recording;
    block->releases[i] = values->release;
    block->recording_texts[i] = values->recording_text;
    block->release_texts[i] = values->release_text;
    block->territories[i] = values->territory;
    block->tiers[i] = values->tier;
    block->streams[i] = values->streams;
    block->monetised[i] = values->monetised;
    block->amounts[i] = values->amount;
    block->currencies[i] = values->currency;
}

RowFault row_rules_apply(RowRules *rules, const CsvRow *row, Arena *arena, RowBlock *block)
{
    RowFault fault = check_row(rules, row, arena);
    RowReading *reading = &rules->reading;
    RowValues values = rules->fixed;

    reading->row = row;
    reading->arena = arena;
    if (fault.reason == REJECT_NONE)
        fault = check_fields(rules, row);
    for (size_t i = 0; i < rules->step_count && fault.reason == REJECT_NONE; i++) {
        fault.reason = rules->steps[i](reading, &values);
        if (fault.reason != REJECT_NONE) {
            fault.field = rules->columns->places[reading->role].field;
            fault.found = row_text(reading, reading->role);
        }
    }
    if (fault.reason != REJECT_NONE)
        return fault;
    if (rules->layout->identity == IDENTITY_LINE)
        values.sequence_id = row->line;
    put_values(block, row->line, &values);
    return fault;
}
