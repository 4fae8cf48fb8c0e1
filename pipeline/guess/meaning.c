#include "guess/parts.h"

#include "base/memory.h"
#include "report/values.h"

#include <stdlib.h>
#include <string.h>

enum { TIMES_MAX = 500, MILLISECONDS_FROM = 3000 };

bool guess_has(const Guess *guess, ColumnRole role)
{
    const LayoutColumn *column = &guess->layout.columns[role];

    return column->name != NULL || column->position != 0 || column->constant != NULL ||
           column->name_part != NULL;
}

/** Takes back why a role has its column. */
static void forget_reasons(Guess *guess, ColumnRole role)
{
    char *key = text_format("columns.%s", layout_column_key(role));
    size_t kept = 0;

    for (size_t i = 0; i < guess->reason_count; i++) {
        GuessReason *reason = &guess->reasons[i];

        if (text_equal(reason->key, key)) {
            free(reason->key);
            free(reason->sentence);
        } else {
            guess->reasons[kept++] = *reason;
        }
    }
    guess->reason_count = kept;
    free(key);
}

/** Takes a role's column away again. */
static void drop(GuessRoles *roles, Guess *guess, ColumnRole role)
{
    LayoutColumn *column = &guess->layout.columns[role];

    forget_reasons(guess, role);

    free(column->name);
    free(column->constant);
    free(column->name_part);
    *column = (LayoutColumn){0};
    roles->field[role] = GUESS_NONE;
}

static const GuessColumn *column_of(const GuessRoles *roles, ColumnRole role)
{
    return roles->field[role] == GUESS_NONE ? NULL : &roles->columns[roles->field[role]];
}

static Slice field_of(const GuessRoles *roles, size_t row, ColumnRole role)
{
    return roles->table->fields[row * roles->table->width + (size_t)roles->field[role]];
}

/** What a column is called in a sentence; the caller's, for free(). */
static char *title_of(const GuessRoles *roles, ColumnRole role)
{
    const GuessColumn *column = column_of(roles, role);

    return column->name == NULL ? text_format("column %d", roles->field[role] + 1)
                                : text_format("\"%s\"", column->name);
}

static void decide_identity(const GuessRoles *roles, Guess *guess)
{
    if (roles->field[COLUMN_SEQUENCE_ID] == GUESS_NONE) {
        guess->layout.identity = IDENTITY_LINE;
        guess_because(guess, "identity",
                      "no column has numbers that rise from row to row: a row is known by its "
                      "report and line");
        return;
    }

    Slice first = guess_example(roles->table, (size_t)roles->field[COLUMN_SEQUENCE_ID]);

    guess_because(guess, "identity", "each row has a number of its own, if it is one for ever");
    guess_because(guess, "first_id",
                  "this file begins with \"%.*s\"; where the feed's numbers begin later than 1, "
                  "say where, else those below count as missing",
                  GUESS_SHOWN(first));
}

/** Of the columns that have numbers with a point, whether it is a comma. */
static void decide_decimal_point(const GuessRoles *roles, Guess *guess)
{
    static const ColumnRole with_numbers[] = {COLUMN_AMOUNT, COLUMN_DURATION, COLUMN_QUANTITY};
    size_t with_point = 0;
    size_t with_comma = 0;
    size_t numbers = 0;

    for (size_t i = 0; i < COUNT_OF(with_numbers); i++) {
        const GuessColumn *column = column_of(roles, with_numbers[i]);

        numbers += column != NULL;
        with_point += column == NULL ? 0 : column->with[SHAPE_POINT];
        with_comma += column == NULL ? 0 : column->with[SHAPE_COMMA];
    }
    guess->layout.decimal_point = with_comma > with_point ? ',' : '.';
    if (numbers > 0 && with_comma != with_point)
        guess_because(guess, "numbers.decimal_point", "%zu of its numbers can only be read so",
                      with_comma > with_point ? with_comma - with_point : with_point - with_comma);
    else if (numbers > 0)
        guess_because(guess, "numbers.decimal_point",
                      "no number of the sample has decimals: look whether any file has");
}

/** The values of one role, or of two side by side, that are there. */
static size_t collect(const GuessRoles *roles, ColumnRole role, ColumnRole other, Slice from[],
                      Slice to[])
{
    size_t count = 0;

    for (size_t row = 0; row < roles->table->row_count && count < TIMES_MAX; row++) {
        from[count] = field_of(roles, row, role);
        to[count] = field_of(roles, row, other);
        count += from[count].size_bytes > 0 && to[count].size_bytes > 0;
    }
    return count;
}

static void explain_time(const GuessTime *time, size_t count, bool is_period, Guess *guess)
{
    static const char key[] = "time.format";

    if (time->is_undecided)
        guess_because(guess, key,
                      "UNDECIDED: every date of the sample could be \"%s\" as well, since none has "
                      "a day over 12: ask the provider",
                      time->other_pattern);
    else if (time->other_pattern[0] != '\0')
        guess_because(
            guess, key, "no date has a day over 12, but as \"%s\" they would %s: ask the provider",
            time->other_pattern, is_period ? "make longer periods" : "lie further from each other");
    else
        guess_because(guess, key, "it reads %zu of %zu values", time->fitting, count);
}

static void decide_time(const GuessRoles *roles, Guess *guess)
{
    bool is_period = roles->field[COLUMN_PERIOD_FROM] != GUESS_NONE;
    ColumnRole role = is_period                                 ? COLUMN_PERIOD_FROM
                      : roles->field[COLUMN_TIME] != GUESS_NONE ? COLUMN_TIME
                                                                : COLUMN_PERIOD;
    GuessTime time = {0};

    if (roles->field[role] == GUESS_NONE)
        return;

    Slice *from = MEMORY_NEW(Slice, TIMES_MAX);
    Slice *to = MEMORY_NEW(Slice, TIMES_MAX);
    size_t count = collect(roles, role, is_period ? COLUMN_PERIOD_TO : role, from, to);

    if (count == 0) {
        guess_because(guess, "time.format", "the sample has no value to tell it by");
    } else if (guess_time(from, is_period ? to : NULL, count, roles->days, &time)) {
        guess->layout.time_format = time.format;
        if (time.format == TIME_PATTERN)
            guess->layout.time_pattern = memory_copy_text(time.pattern);
        explain_time(&time, count, is_period, guess);
    }
    free(to);
    free(from);
}

static int compare_numbers(const void *left, const void *right)
{
    const int64_t *numbers[] = {left, right};

    return *numbers[0] < *numbers[1] ? -1 : *numbers[0] > *numbers[1];
}

/** The number in the middle of a column's, whole; 0 where it has none. */
static int64_t median_of(const GuessRoles *roles, ColumnRole role, char point)
{
    int64_t *numbers = MEMORY_NEW(int64_t, roles->table->row_count + 1);
    size_t count = 0;

    for (size_t row = 0; row < roles->table->row_count; row++) {
        int64_t us = 0;

        if (value_duration(field_of(roles, row, role), DURATION_SECONDS, point, &us) == REJECT_NONE)
            numbers[count++] = us / MICROSECONDS_PER_SECOND;
    }
    qsort(numbers, count, sizeof *numbers, compare_numbers);

    int64_t median = count == 0 ? 0 : numbers[count / 2];

    free(numbers);
    return median;
}

static void decide_duration(const GuessRoles *roles, Guess *guess)
{
    static const char key[] = "duration.unit";
    const GuessColumn *column = column_of(roles, COLUMN_DURATION);
    DurationUnit *unit = &guess->layout.duration_unit;

    if (column == NULL)
        return;

    char *name = guess_folded(slice_of(column->name == NULL ? "" : column->name));
    int64_t median = median_of(roles, COLUMN_DURATION, guess->layout.decimal_point);

    *unit = DURATION_SECONDS;
    if (2 * column->with[SHAPE_CLOCK] > column->filled) {
        *unit = DURATION_CLOCK;
        guess_because(guess, key, "its values have colons");
    } else if (guess_has_word(name, "ms millis milliseconds millisecond")) {
        *unit = DURATION_MILLISECONDS;
        guess_because(guess, key, "its name says so");
    } else if (guess_has_word(name, "s sec secs seconds second")) {
        guess_because(guess, key, "its name says so");
    } else {
        *unit = median >= MILLISECONDS_FROM ? DURATION_MILLISECONDS : DURATION_SECONDS;
        guess_because(guess, key, "half of its values are %lld or more, which in %s would be %s",
                      (long long)median, *unit == DURATION_SECONDS ? "ms" : "s",
                      *unit == DURATION_SECONDS ? "too short" : "too long");
    }
    free(name);
}

static void add_flag(char ***flags, size_t *count, const char *value, size_t value_bytes)
{
    for (size_t i = 0; i < *count; i++)
        if (slice_equals_text_any_case((Slice){value, value_bytes}, (*flags)[i]))
            return;
    *flags = memory_resize(*flags, *count + 1, sizeof **flags);
    (*flags)[(*count)++] = memory_copy(value, value_bytes);
}

static void take_flags(const GuessColumn *column, Layout *layout)
{
    for (size_t i = 0; i < column->flag_count; i++) {
        Slice value = column->flags[i];

        if (guess_flag_meaning(value) == 1)
            add_flag(&layout->monetised_flags, &layout->monetised_flag_count, value.bytes,
                     value.size_bytes);
        else
            add_flag(&layout->unmonetised_flags, &layout->unmonetised_flag_count, value.bytes,
                     value.size_bytes);
    }
}

/** Where the sample has only yes, or only no: what most likely stands for the other. */
static void complete_flags(Layout *layout, Guess *guess)
{
    bool lacks_yes = layout->monetised_flag_count == 0;
    const char *known = lacks_yes ? layout->unmonetised_flags[0] : layout->monetised_flags[0];
    const char *opposite = guess_flag_opposite(slice_of(known));

    if (!lacks_yes && layout->unmonetised_flag_count > 0)
        return;
    if (lacks_yes)
        add_flag(&layout->monetised_flags, &layout->monetised_flag_count, opposite,
                 strlen(opposite));
    else
        add_flag(&layout->unmonetised_flags, &layout->unmonetised_flag_count, opposite,
                 strlen(opposite));
    guess_because(guess, lacks_yes ? "monetised.yes" : "monetised.no",
                  "the sample has only \"%s\": that this is the other is supposed", known);
}

static void decide_flag(const GuessRoles *roles, Guess *guess)
{
    const GuessColumn *column = column_of(roles, COLUMN_MONETISED);
    char *title = title_of(roles, COLUMN_MONETISED);

    guess->layout.monetised_by = MONETISED_BY_FLAG;
    guess_because(guess, "monetised.by", "%s says yes or no", title);
    take_flags(column, &guess->layout);
    complete_flags(&guess->layout, guess);
    free(title);
}

/** Whether a column of the provider's own judgement is flags; beside a quantity 1 and 0 are counts. */
static bool is_flag(const GuessRoles *roles, const GuessColumn *column)
{
    bool is_count = roles->field[COLUMN_QUANTITY] != GUESS_NONE &&
                    column->with[SHAPE_INTEGER] == column->filled;

    return !is_count && column->with[SHAPE_FLAG] * 10 >= column->filled * 9;
}

static void decide_monetised(GuessRoles *roles, Guess *guess)
{
    static const char key[] = "monetised.by";
    const GuessColumn *column = column_of(roles, COLUMN_MONETISED);

    if (column != NULL && column->filled > 0 && is_flag(roles, column)) {
        decide_flag(roles, guess);
    } else if (column != NULL && column->filled > 0) {
        char *title = title_of(roles, COLUMN_MONETISED);

        guess->layout.monetised_by = MONETISED_BY_COUNT;
        guess_because(guess, key, "%s says how many", title);
        free(title);
    } else {
        if (column != NULL)
            drop(roles, guess, COLUMN_MONETISED);
        guess->layout.monetised_by =
            roles->field[COLUMN_DURATION] != GUESS_NONE ? MONETISED_BY_DURATION : MONETISED_ALL;
        if (guess->layout.monetised_by == MONETISED_BY_DURATION) {
            guess_because(guess, key, "there is a duration, and neither a flag nor a count");
            guess_because(guess, "monetised.longer_than",
                          "what most contracts say; the file does not");
        } else {
            guess_because(guess, key,
                          "no column has a duration, a flag or a count: does the provider send "
                          "only streams that count?");
        }
    }
}

/** The one currency that the amount's name says, for all rows. */
static bool take_currency_of_name(const GuessRoles *roles, Guess *guess)
{
    const GuessColumn *amount = column_of(roles, COLUMN_AMOUNT);
    char letters[4] = "";

    if (amount->name == NULL || !guess_currency_in_name(amount->name, letters))
        return false;
    guess->layout.columns[COLUMN_CURRENCY].constant = memory_copy_text(letters);
    guess_because(guess, "columns.currency", "the name \"%s\" says so", amount->name);
    return true;
}

static void decide_money(GuessRoles *roles, Guess *guess)
{
    bool has_amount = guess_has(guess, COLUMN_AMOUNT);

    if (has_amount && !guess_has(guess, COLUMN_CURRENCY) && !take_currency_of_name(roles, guess)) {
        char *title = title_of(roles, COLUMN_AMOUNT);

        drop(roles, guess, COLUMN_AMOUNT);
        guess_because(guess, "columns.amount",
                      "left out, though %s is like one: nothing tells its currency, which "
                      "{constant: EUR} would",
                      title);
        free(title);
    } else if (!has_amount && guess_has(guess, COLUMN_CURRENCY)) {
        drop(roles, guess, COLUMN_CURRENCY);
        guess_because(guess, "columns.currency", "left out: no column has an amount");
    }
}

/** Says of a role that no column has it, unless something else was said of it. */
static void explain_absence(Guess *guess, ColumnRole role, const char *sentence)
{
    char *key = text_format("columns.%s", layout_column_key(role));
    bool is_said = guess_has(guess, role);

    for (size_t i = 0; i < guess->reason_count; i++)
        is_said |= text_equal(guess->reasons[i].key, key);
    if (!is_said)
        guess_because(guess, key, "%s", sentence);
    free(key);
}

/** Says of each role that a report should have that no column has it. */
static void explain_missing(Guess *guess)
{
    if (!guess_has(guess, COLUMN_PERIOD) && !guess_has(guess, COLUMN_PERIOD_FROM))
        explain_absence(guess, COLUMN_TIME,
                        "no column is like a time, a day or a month, nor does the file's name say "
                        "one: a layout needs time, period, or period_from with period_to");
    explain_absence(guess, COLUMN_RECORDING,
                    "no column is like an ISRC: without one, releases alone tell who is paid");
    explain_absence(guess, COLUMN_RELEASE, "no column is like a UPC, an EAN or a GRid");
    explain_absence(guess, COLUMN_TERRITORY,
                    "no column is like a territory; {constant: DE} says one for all rows");
    explain_absence(guess, COLUMN_TIER, "no column is like premium, free or family");
    explain_absence(guess, COLUMN_QUANTITY, "no column is like one: each row is one stream");
}

void guess_meaning(GuessRoles *roles, Guess *guess)
{
    decide_identity(roles, guess);
    decide_decimal_point(roles, guess);
    decide_time(roles, guess);
    decide_duration(roles, guess);
    decide_money(roles, guess);
    decide_monetised(roles, guess);
    explain_missing(guess);
}
