#include "guess/parts.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { TIMES_MAX = 500, TIMES_FIRST = 16 }; // values that are tried as times

static Slice field_of(const GuessTable *table, size_t row, size_t column)
{
    return table->fields[row * table->width + column];
}

Slice guess_example(const GuessTable *table, size_t column)
{
    for (size_t row = 0; row < table->row_count; row++)
        if (field_of(table, row, column).size_bytes > 0)
            return field_of(table, row, column);
    return slice_of("");
}

/** Adds the value to those that were found, unless it is there, or so many are. */
static void note_distinct(Slice found[GUESS_DISTINCT_MAX], size_t *count, Slice value)
{
    for (size_t i = 0; i < *count; i++)
        if (slice_equal(found[i], value))
            return;
    if (*count < GUESS_DISTINCT_MAX)
        found[(*count)++] = value;
}

static void note_number(GuessColumn *about, Slice value, int64_t *before)
{
    int64_t number = 0;

    if (!slice_to_int64(value, &number))
        return;
    about->rising += number > *before;
    about->consecutive += *before > 0 && number > *before && number - *before == 1;
    *before = number;
}

/** The formats of times, first of a few values, so that names cost nothing. */
static void note_time(const GuessTable *table, size_t column, const DayTable *days,
                      GuessColumn *about)
{
    Slice *values = MEMORY_NEW(Slice, TIMES_MAX);
    size_t count = 0;

    for (size_t row = 0; row < table->row_count && count < TIMES_MAX; row++) {
        Slice value = field_of(table, row, column);

        if (value.size_bytes > 0)
            values[count++] = value;
    }
    if (count > 0 &&
        guess_time(values, NULL, count < TIMES_FIRST ? count : TIMES_FIRST, days, &about->time) &&
        count > TIMES_FIRST)
        (void)guess_time(values, NULL, count, days, &about->time);
    // In hundredths, since only some of the values were tried.
    about->time.fitting = count == 0 ? 0 : about->time.fitting * 100 / count;
    free(values);
}

GuessColumn *guess_columns(const GuessTable *table, const DayTable *days)
{
    GuessColumn *columns = MEMORY_NEW(GuessColumn, table->width);

    for (size_t column = 0; column < table->width; column++) {
        GuessColumn *about = &columns[column];
        int64_t before = 0;

        about->name = table->names[column];
        for (size_t row = 0; row < table->row_count; row++) {
            Slice value = field_of(table, row, column);
            unsigned shapes = guess_shapes(value);

            if (value.size_bytes == 0)
                continue;
            about->filled++;
            for (size_t shape = 0; shape < GUESS_SHAPES; shape++)
                about->with[shape] += shapes >> shape & 1U;
            note_distinct(about->distinct, &about->distinct_count, value);
            if ((shapes >> SHAPE_FLAG & 1U) != 0)
                note_distinct(about->flags, &about->flag_count, value);
            note_number(about, value, &before);
        }
        note_time(table, column, days, about);
    }
    return columns;
}
