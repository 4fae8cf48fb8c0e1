#include "report/fast_columns.h"

#include "base/memory.h"
#include "report/fast_step.h"

#include <assert.h>
#include <stdlib.h>

// Columns of the block whose values are the same for all rows, if no step reads their role.
typedef struct FixedColumn {
    ColumnRole role;
    size_t column_at; // in RowBlock
    size_t value_at;  // in RowValues
    size_t size_bytes;
} FixedColumn;

#define FIXED(role, column, value)                                    \
    {                                                                 \
        role, offsetof(RowBlock, column), offsetof(RowValues, value), \
            sizeof(((RowBlock *)NULL)->column[0])                     \
    }

static const FixedColumn fixed_columns[] = {
    FIXED(COLUMN_SEQUENCE_ID, sequence_ids, sequence_id),
    FIXED(COLUMN_PERIOD, period_from, period_from),
    FIXED(COLUMN_PERIOD, period_to, period_to),
    FIXED(COLUMN_RECORDING, recordings, recording),
    FIXED(COLUMN_RECORDING, recording_texts, recording_text),
    FIXED(COLUMN_RELEASE, releases, release),
    FIXED(COLUMN_RELEASE, release_texts, release_text),
    FIXED(COLUMN_TERRITORY, territories, territory),
    FIXED(COLUMN_TIER, tiers, tier),
    FIXED(COLUMN_MONETISED, monetised, monetised),
    FIXED(COLUMN_QUANTITY, streams, streams),
    FIXED(COLUMN_AMOUNT, amounts, amount),
    FIXED(COLUMN_CURRENCY, currencies, currency),
};

// Adds the step that reads a role, or two; without a field for them they are fixed.
static void add_pair(FastColumns *fast, ColumnRole role, ColumnRole other, FastLoop loop,
                     RowStep careful)
{
    int field = fast->reading.columns->places[role].field;
    int other_field = fast->reading.columns->places[other].field;

    if (field == NO_FIELD && other_field == NO_FIELD)
        return;
    assert(fast->step_count < FAST_STEPS_MAX);
    fast->steps[fast->step_count++] = (FastStep){
        .loop = loop,
        .careful = careful,
        .field = field == NO_FIELD ? other_field : field,
        .other_field = field == NO_FIELD || other_field == field ? NO_FIELD : other_field,
    };
}

static void add(FastColumns *fast, ColumnRole role, FastLoop loop, RowStep careful)
{
    fast->is_read[role] = fast->reading.columns->places[role].field != NO_FIELD;
    add_pair(fast, role, role, loop, careful);
}

// A step that reads what the others have put into the block.
static void add_check(FastColumns *fast, FastLoop loop)
{
    fast->steps[fast->step_count++] =
        (FastStep){.loop = loop, .field = NO_FIELD, .other_field = NO_FIELD};
}

// The period of a row comes from one of several roles, the first that the columns have.
static void add_period(FastColumns *fast)
{
    const Columns *columns = fast->reading.columns;
    size_t steps_before = fast->step_count;

    if (columns_have(columns, COLUMN_TIME))
        add(fast, COLUMN_TIME,
            fast->layout->time_format == TIME_PATTERN    ? fast_read_periods
            : fast->layout->time_format == TIME_ISO_8601 ? fast_read_iso_times
                                                         : fast_read_unix_times,
            row_read_time);
    else if (columns_have(columns, COLUMN_PERIOD))
        add(fast, COLUMN_PERIOD, fast_read_periods, row_read_period);
    else
        add_pair(fast, COLUMN_PERIOD_FROM, COLUMN_PERIOD_TO, fast_read_periods,
                 row_read_from_and_to);
    fast->is_read[COLUMN_PERIOD] = fast->step_count > steps_before;
}

static void add_steps(FastColumns *fast)
{
    const Layout *layout = fast->layout;

    if (layout->identity == IDENTITY_COLUMN)
        add(fast, COLUMN_SEQUENCE_ID, fast_read_ids, row_read_sequence_id);
    add_period(fast);
    if (layout->monetised_by == MONETISED_BY_DURATION)
        add(fast, COLUMN_DURATION, fast_read_durations, row_read_duration);
    else if (layout->monetised_by == MONETISED_BY_FLAG)
        add(fast, COLUMN_MONETISED, fast_read_flags, row_read_flag);
    else if (layout->monetised_by == MONETISED_BY_COUNT)
        add(fast, COLUMN_MONETISED, fast_read_counts, row_read_count);
    add(fast, COLUMN_QUANTITY, fast_read_quantities, row_read_quantity);
    add_check(fast, layout->monetised_by == MONETISED_BY_COUNT ? fast_check_counts
                                                               : fast_count_monetised);
    if (columns_have(fast->reading.columns, COLUMN_AMOUNT)) {
        add(fast, COLUMN_AMOUNT, fast_read_amounts, row_read_amount);
        add(fast, COLUMN_CURRENCY, fast_read_currencies, row_read_currency);
    } else {
        fast->is_read[COLUMN_AMOUNT] = true; // nobody looks at these columns of the block
        fast->is_read[COLUMN_CURRENCY] = true;
    }
    add(fast, COLUMN_RECORDING, fast_read_recordings, row_read_recording);
    add(fast, COLUMN_RELEASE, fast_read_releases, row_read_release);
    add(fast, COLUMN_TERRITORY, fast_read_territories, row_read_territory);
    add(fast, COLUMN_TIER, fast_read_tiers, row_read_tier);
}

FastColumns *fast_columns_new(const Columns *columns, const Layout *layout, const DayTable *days,
                              const RowRules *rules, const Splitter *splitter)
{
    FastColumns *fast = MEMORY_NEW(FastColumns, 1);

    fast->layout = layout;
    fast->splitter = splitter;
    fast->fields = MEMORY_NEW(Slice, columns->width);
    fast->row = (CsvRow){.fields = fast->fields, .field_count = columns->width};
    fast->reading = (RowReading){
        .layout = layout,
        .columns = columns,
        .times = {.format = layout->time_format, .pattern = layout->time_pattern, .days = days},
        .row = &fast->row,
    };
    fast->fixed = *row_rules_fixed(rules);
    fast->first_id = layout->first_id > 1 ? layout->first_id : 1;
    fast->monetised_from_us =
        layout->monetised_threshold_us + (layout->monetised_at_threshold ? 0 : 1);
    memset(fast->is_monetised, fast->fixed.is_monetised, sizeof fast->is_monetised);
    code_list_isrc_prefixes(&fast->isrc_prefixes);
    add_steps(fast);
    return fast;
}

void fast_columns_free(FastColumns *fast)
{
    if (fast == NULL)
        return;
    free(fast->fields);
    free(fast);
}

// Writes one value into so many places: the first, then as many again as there are, and so on.
static void fill(char *places, size_t count, const char *value, size_t size_bytes)
{
    memcpy(places, value, size_bytes);
    for (size_t done = 1; done < count; done *= 2)
        memcpy(places + done * size_bytes, places,
               (done < count - done ? done : count - done) * size_bytes);
}

static void fill_fixed(FastColumns *fast, size_t row_count)
{
    for (size_t i = 0; i < COUNT_OF(fixed_columns); i++) {
        const FixedColumn *fixed = &fixed_columns[i];

        if (!fast->is_read[fixed->role])
            fill((char *)fast->block + fixed->column_at + fast->base * fixed->size_bytes, row_count,
                 (const char *)&fast->fixed + fixed->value_at, fixed->size_bytes);
    }
}

static const Span *spans_of(const FastColumns *fast, const RowTable *table, int field, size_t first)
{
    return field == NO_FIELD
               ? NULL
               : table->spans + first * table->stride + splitter_place(fast->splitter, field);
}

size_t fast_columns_read(FastColumns *fast, const RowTable *table, size_t first, size_t row_count,
                         int64_t first_line, Arena *arena, RowBlock *block)
{
    assert(row_count > 0 && row_count <= BLOCK_ROWS - block->count);
    fast->bytes = table->bytes;
    fast->block = block;
    fast->base = block->count;
    fast->reading.arena = arena;
    fill_fixed(fast, row_count);
    for (size_t i = 0; i < fast->step_count; i++) {
        FastStep *step = &fast->steps[i];

        step->spans = spans_of(fast, table, step->field, first);
        step->other_spans = spans_of(fast, table, step->other_field, first);
        step->stride = table->stride;
        row_count = step->loop(fast, step, row_count);
    }
    for (size_t row = 0; row < row_count; row++)
        block->lines[fast->base + row] = first_line + table->lines[first + row];
    if (fast->layout->identity == IDENTITY_LINE)
        memcpy(block->sequence_ids + fast->base, block->lines + fast->base,
               row_count * sizeof block->lines[0]);
    block->count += row_count;
    return row_count;
}
