#include "report/layout.h"

#include <stdlib.h>

static void clear_column(LayoutColumn *column)
{
    free(column->name);
    free(column->constant);
    free(column->name_part);
}

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

void layout_clear(Layout *layout)
{
    for (size_t i = 0; i < COLUMN_ROLES; i++)
        clear_column(&layout->columns[i]);
    for (size_t i = 0; i < layout->filter_count; i++) {
        clear_column(&layout->filters[i].column);
        free_texts(layout->filters[i].values, layout->filters[i].value_count);
    }
    free(layout->filters);
    clear_column(&layout->totals.marker);
    free(layout->totals.marker_value);
    clear_column(&layout->totals.rows);
    clear_column(&layout->totals.streams);
    clear_column(&layout->totals.amount);
    free(layout->time_pattern);
    free_texts(layout->monetised_flags, layout->monetised_flag_count);
    free_texts(layout->unmonetised_flags, layout->unmonetised_flag_count);
    free(layout->name_pattern);
    *layout = (Layout){0};
}

const char *layout_column_key(ColumnRole role)
{
    static const char *const keys[COLUMN_ROLES] = {
        [COLUMN_SEQUENCE_ID] = "sequence_id",
        [COLUMN_TIME] = "time",
        [COLUMN_PERIOD] = "period",
        [COLUMN_PERIOD_FROM] = "period_from",
        [COLUMN_PERIOD_TO] = "period_to",
        [COLUMN_RECORDING] = "recording",
        [COLUMN_RELEASE] = "release",
        [COLUMN_TERRITORY] = "territory",
        [COLUMN_TIER] = "tier",
        [COLUMN_DURATION] = "duration",
        [COLUMN_MONETISED] = "monetised",
        [COLUMN_QUANTITY] = "quantity",
        [COLUMN_AMOUNT] = "amount",
        [COLUMN_CURRENCY] = "currency",
    };

    return keys[role];
}

static bool is_in_day(const DayTable *table, size_t index, Instant instant)
{
    return index < table->count && table->starts[index] <= instant &&
           instant < table->starts[index + 1];
}

bool day_table_find(const DayTable *table, Instant instant, size_t *hint, Day *out_day)
{
    size_t low = 0;
    size_t high = table->count;

    if (table->count == 0 || instant < table->starts[0] || instant >= table->starts[table->count])
        return false;
    if (!is_in_day(table, *hint, instant)) {
        // The last day that begins at the instant or before it. A zone may skip a day: it begins
        // when the next one does, and nothing lies in it.
        while (high - low > 1) {
            size_t middle = low + (high - low) / 2;

            if (table->starts[middle] <= instant)
                low = middle;
            else
                high = middle;
        }
        *hint = low;
    }
    *out_day = table->first_day + (Day)*hint;
    return true;
}
