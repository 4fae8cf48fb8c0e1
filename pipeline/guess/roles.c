#include "guess/parts.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/** Hundredths of a column's values. */
enum {
    MOSTLY = 50,     // what a name says must hold for so many
    NEARLY_ALL = 90, // where no name says it
    ALL_BUT_ERRORS = 95,
    BY_VALUES = 100,     // the score of a column by its values alone, below that of any name
    WHOLE_NAME = 500,    // the score of a name that says the role as a whole
    CONSECUTIVE_MIN = 5, // rows that make a run of numbers
};

static size_t share(const GuessColumn *column, GuessShape shape)
{
    return column->filled == 0 ? 0 : column->with[shape] * 100 / column->filled;
}

static size_t larger(size_t left, size_t right)
{
    return left > right ? left : right;
}

static size_t share_of_numbers(const GuessColumn *column)
{
    return larger(share(column, SHAPE_POINT), share(column, SHAPE_COMMA));
}

static size_t share_rising(const GuessColumn *column)
{
    return column->filled == 0 ? 0 : column->rising * 100 / column->filled;
}

/** How well a column's values can be a role's, in hundredths. */
static size_t fitness(ColumnRole role, const GuessColumn *column)
{
    switch (role) {
    case COLUMN_SEQUENCE_ID:
        // Of numbers in no order at all, half rise.
        return share_rising(column) >= NEARLY_ALL ? share_rising(column) : 0;
    case COLUMN_TIME:
    case COLUMN_PERIOD:
    case COLUMN_PERIOD_FROM:
    case COLUMN_PERIOD_TO:
        return column->time.fitting;
    case COLUMN_RECORDING:
        return share(column, SHAPE_ISRC);
    case COLUMN_RELEASE:
        return larger(share(column, SHAPE_RELEASE), share(column, SHAPE_GTIN));
    case COLUMN_TERRITORY:
        return share(column, SHAPE_LETTERS);
    case COLUMN_TIER:
        return column->distinct_count < GUESS_DISTINCT_MAX && share_of_numbers(column) < MOSTLY
                   ? 100
                   : 0;
    case COLUMN_DURATION:
        return larger(share_of_numbers(column), share(column, SHAPE_CLOCK));
    case COLUMN_MONETISED:
        return larger(share(column, SHAPE_FLAG), share(column, SHAPE_INTEGER));
    case COLUMN_QUANTITY:
        return larger(share(column, SHAPE_INTEGER), share_of_numbers(column));
    case COLUMN_AMOUNT:
        return share_of_numbers(column);
    case COLUMN_CURRENCY:
        return share(column, SHAPE_CURRENCY);
    case COLUMN_ROLES:
        break;
    }
    return 0;
}

/** Whether values alone, whatever their name, say the role. */
static bool is_by_values(ColumnRole role, const GuessColumn *column)
{
    switch (role) {
    case COLUMN_SEQUENCE_ID:
        return column->filled >= CONSECUTIVE_MIN &&
               (column->consecutive + 1) * 100 >= column->filled * NEARLY_ALL;
    case COLUMN_TIME:
        // A product's number could be milliseconds, but milliseconds have no check digit.
        return column->time.fitting >= NEARLY_ALL && column->time.has_clock &&
               share(column, SHAPE_GTIN) < MOSTLY;
    case COLUMN_PERIOD:
        return column->time.fitting >= NEARLY_ALL &&
               (column->time.format == TIME_ISO_8601 || share(column, SHAPE_INTEGER) < MOSTLY);
    case COLUMN_RECORDING:
        return share(column, SHAPE_ISRC) >= NEARLY_ALL;
    case COLUMN_RELEASE:
        return share(column, SHAPE_GTIN) >= NEARLY_ALL;
    case COLUMN_TERRITORY:
        return share(column, SHAPE_TERRITORY) >= ALL_BUT_ERRORS;
    case COLUMN_TIER:
        return share(column, SHAPE_TIER) >= NEARLY_ALL &&
               column->distinct_count < GUESS_DISTINCT_MAX / 2;
    case COLUMN_CURRENCY:
        return share(column, SHAPE_CURRENCY) >= ALL_BUT_ERRORS;
    case COLUMN_DURATION:
        return share(column, SHAPE_CLOCK) >= NEARLY_ALL && column->time.fitting < MOSTLY;
    default:
        return false;
    }
}

/** How much a column is like a role; 0: not at all. */
static int likeness(ColumnRole role, const GuessColumn *column)
{
    int by_name = column->name == NULL ? 0 : guess_name_score(role, column->name);

    if (by_name > 0 && column->filled == 0)
        return by_name / 10; // nothing contradicts it, but any column with values is better
    if (by_name > 0 && fitness(role, column) >= MOSTLY)
        return by_name + (int)fitness(role, column) / 10;
    return is_by_values(role, column) ? BY_VALUES : 0;
}

/** The pair that is most alike of those that are still without the other; false: no more. */
static bool next_pair(const GuessRoles *roles, const int likes[], const bool is_taken[],
                      ColumnRole *out_role, size_t *out_column)
{
    int best = 0;

    for (ColumnRole role = 0; role < COLUMN_ROLES; role++)
        for (size_t i = 0; roles->field[role] == GUESS_NONE && i < roles->table->width; i++) {
            int like = is_taken[i] ? 0 : likes[i * COLUMN_ROLES + role];

            if (like > best) {
                best = like;
                *out_role = role;
                *out_column = i;
            }
        }
    return best > 0;
}

/** How much each column is like each role; for free(). */
static int *measure(const GuessRoles *roles)
{
    int *likes = MEMORY_NEW(int, roles->table->width *COLUMN_ROLES);

    for (size_t i = 0; i < roles->table->width; i++)
        for (ColumnRole role = 0; role < COLUMN_ROLES; role++)
            likes[i * COLUMN_ROLES + role] = likeness(role, &roles->columns[i]);
    return likes;
}

static void place(const GuessRoles *roles, Guess *guess, ColumnRole role, size_t column)
{
    LayoutColumn *place = &guess->layout.columns[role];

    if (roles->columns[column].name != NULL)
        place->name = memory_copy_text(roles->columns[column].name);
    else
        place->position = (int)column + 1;
}

/** What the values of a role are called. */
static const char *shape_name(ColumnRole role)
{
    static const char *const names[COLUMN_ROLES] = {
        [COLUMN_SEQUENCE_ID] = "numbers that rise from row to row",
        [COLUMN_TIME] = "times",
        [COLUMN_PERIOD] = "days or months",
        [COLUMN_PERIOD_FROM] = "days",
        [COLUMN_PERIOD_TO] = "days",
        [COLUMN_RECORDING] = "ISRCs",
        [COLUMN_RELEASE] = "UPCs, EANs or GRids",
        [COLUMN_TERRITORY] = "letters",
        [COLUMN_TIER] = "of a few kinds",
        [COLUMN_DURATION] = "durations",
        [COLUMN_MONETISED] = "flags or counts",
        [COLUMN_QUANTITY] = "numbers",
        [COLUMN_AMOUNT] = "numbers",
        [COLUMN_CURRENCY] = "currencies",
    };

    return names[role];
}

static void explain(const GuessRoles *roles, Guess *guess, ColumnRole role, size_t column)
{
    const GuessColumn *about = &roles->columns[column];
    bool by_name = about->name != NULL && guess_name_score(role, about->name) > 0;
    char *key = text_format("columns.%s", layout_column_key(role));
    Slice example = guess_example(roles->table, column);

    if (about->filled == 0)
        guess_because(guess, key, "by its name alone: it is empty in the sample");
    else
        guess_because(guess, key, "by its %s: %zu %% of its values are %s, such as \"%.*s\"",
                      by_name ? "name" : "values", fitness(role, about), shape_name(role),
                      GUESS_SHOWN(example));
    free(key);
}

static bool has_role(const GuessRoles *roles, ColumnRole role)
{
    return roles->field[role] != GUESS_NONE;
}

static void move_role(GuessRoles *roles, ColumnRole from, ColumnRole to)
{
    roles->field[to] = roles->field[from];
    roles->field[from] = GUESS_NONE;
}

static const GuessTime *time_of(const GuessRoles *roles, ColumnRole role)
{
    return &roles->columns[roles->field[role]].time;
}

/** Of the four roles that say when, a layout has one, or the two that belong together. */
static void settle_when(GuessRoles *roles)
{
    if (has_role(roles, COLUMN_TIME) && !time_of(roles, COLUMN_TIME)->has_clock) {
        if (!has_role(roles, COLUMN_PERIOD))
            move_role(roles, COLUMN_TIME, COLUMN_PERIOD);
        roles->field[COLUMN_TIME] = GUESS_NONE;
    }
    if (has_role(roles, COLUMN_PERIOD) && time_of(roles, COLUMN_PERIOD)->has_clock) {
        if (!has_role(roles, COLUMN_TIME))
            move_role(roles, COLUMN_PERIOD, COLUMN_TIME);
        roles->field[COLUMN_PERIOD] = GUESS_NONE;
    }
    if (has_role(roles, COLUMN_PERIOD_FROM) != has_role(roles, COLUMN_PERIOD_TO)) {
        ColumnRole half =
            has_role(roles, COLUMN_PERIOD_FROM) ? COLUMN_PERIOD_FROM : COLUMN_PERIOD_TO;
        ColumnRole whole = time_of(roles, half)->has_clock ? COLUMN_TIME : COLUMN_PERIOD;

        if (!has_role(roles, COLUMN_TIME) && !has_role(roles, COLUMN_PERIOD))
            move_role(roles, half, whole);
        roles->field[half] = GUESS_NONE;
    }
    if (has_role(roles, COLUMN_TIME) || has_role(roles, COLUMN_PERIOD_FROM))
        roles->field[COLUMN_PERIOD] = GUESS_NONE;
    if (has_role(roles, COLUMN_TIME)) {
        roles->field[COLUMN_PERIOD_FROM] = GUESS_NONE;
        roles->field[COLUMN_PERIOD_TO] = GUESS_NONE;
    }
}

/** Whether no day of a column lies behind the day that another has in the same row. */
static bool never_ends_before(const GuessTable *table, size_t from, size_t to)
{
    for (size_t row = 0; row < table->row_count; row++) {
        Slice first = table->fields[row * table->width + from];
        Slice last = table->fields[row * table->width + to];

        if (first.size_bytes != last.size_bytes ||
            memcmp(first.bytes, last.bytes, first.size_bytes) > 0)
            return false;
    }
    return true;
}

static bool is_iso_day(const GuessColumn *column)
{
    return column->time.fitting >= ALL_BUT_ERRORS && column->time.format == TIME_ISO_8601 &&
           !column->time.has_clock && !column->time.is_month;
}

/** Two columns of days without names, of which one never lies behind the other, are a period. */
static void pair_days(GuessRoles *roles, const bool is_taken[])
{
    size_t from = (size_t)roles->field[COLUMN_PERIOD];

    if (!has_role(roles, COLUMN_PERIOD) || roles->columns[from].name != NULL ||
        has_role(roles, COLUMN_PERIOD_FROM) || !is_iso_day(&roles->columns[from]))
        return;
    for (size_t to = from + 1; to < roles->table->width; to++)
        if (!is_taken[to] && is_iso_day(&roles->columns[to]) &&
            never_ends_before(roles->table, from, to)) {
            move_role(roles, COLUMN_PERIOD, COLUMN_PERIOD_FROM);
            roles->field[COLUMN_PERIOD_TO] = (int)to;
            return;
        }
}

/** Says of a column that is called as a role's are, and holds something else. */
static void explain_unfit(const GuessRoles *roles, Guess *guess, const bool is_taken[])
{
    for (ColumnRole role = 0; role < COLUMN_ROLES; role++)
        for (size_t i = 0; !has_role(roles, role) && i < roles->table->width; i++) {
            const GuessColumn *column = &roles->columns[i];
            Slice example = guess_example(roles->table, i);

            if (is_taken[i] || column->name == NULL || column->filled == 0 ||
                guess_name_score(role, column->name) < WHOLE_NAME ||
                fitness(role, column) >= MOSTLY)
                continue;

            char *key = text_format("columns.%s", layout_column_key(role));

            guess_because(guess, key,
                          "left out: \"%.*s\" is called so, but its values, such as \"%.*s\", are "
                          "not %s",
                          GUESS_SHOWN(slice_of(column->name)), GUESS_SHOWN(example),
                          shape_name(role));
            free(key);
        }
}

void guess_roles(GuessRoles *roles, Guess *guess)
{
    bool *is_taken = MEMORY_NEW(bool, roles->table->width);
    int *likes = measure(roles);
    ColumnRole role = COLUMN_ROLES;
    size_t column = 0;

    for (role = 0; role < COLUMN_ROLES; role++)
        roles->field[role] = GUESS_NONE;
    while (next_pair(roles, likes, is_taken, &role, &column)) {
        roles->field[role] = (int)column;
        is_taken[column] = true;
    }
    pair_days(roles, is_taken);
    settle_when(roles);
    for (role = 0; role < COLUMN_ROLES; role++)
        if (has_role(roles, role)) {
            place(roles, guess, role, (size_t)roles->field[role]);
            explain(roles, guess, role, (size_t)roles->field[role]);
        }
    explain_unfit(roles, guess, is_taken);
    free(likes);
    free(is_taken);
}
