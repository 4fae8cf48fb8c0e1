#include "guess/parts.h"

#include "base/memory.h"
#include "report/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    KINDS_MAX = 8,          // values of a column that says what kind a row is
    ROWS_OF_A_KIND_MIN = 3, // so often each of those that count is there, on average
    LAST_ROWS = 3,          // where totals may stand
};

/** What the layout's own reader makes of the sample. */
typedef struct Trial {
    Status status;
    Error error; // where it could not read on
    ReportCounts counts;
    Decimal monetised; // of rows of either sign, more than their sum may be
    bool *is_bad;      // a row of the table that was rejected
    char *first;       // why the first one was
} Trial;

static void trial_clear(Trial *trial)
{
    free(trial->is_bad);
    free(trial->first);
    *trial = (Trial){0};
}

static void note_rejects(const GuessTable *table, const RejectList *rejects, Trial *trial)
{
    size_t row = 0;

    for (size_t i = 0; i < rejects->count; i++) {
        const Reject *reject = &rejects->rejects[i];

        while (row < table->row_count && table->lines[row] < reject->line)
            row++;
        if (row < table->row_count && table->lines[row] == reject->line)
            trial->is_bad[row] = true;
        if (trial->first == NULL)
            trial->first = text_format("line %" PRId64 ", %s: %.*s is \"%.*s\"", reject->line,
                                       reject_reason_key(reject->reason),
                                       SLICE_ARGUMENTS(reject->column), GUESS_SHOWN(reject->found));
    }
}

static Status read_all(Report *report, const GuessTable *table, Trial *trial)
{
    Status status = STATUS_OK;
    RowBlock *block = row_block_new();
    RejectList rejects = {0};

    for (bool more = true; more;) {
        TRY(report_next(report, block, &rejects, &more, &trial->error));
        for (size_t i = 0; i < block->count; i++) {
            Decimal monetised = decimal_from_int64(block->monetised[i]);

            decimal_add(&trial->monetised, &monetised);
        }
        note_rejects(table, &rejects, trial);
    }
    trial->counts = *report_counts(report);

cleanup:
    reject_list_free(&rejects);
    free(block);
    return status;
}

static Trial try_layout(Slice text, const GuessRoles *roles, const Guess *guess)
{
    Status status = STATUS_OK;
    Trial trial = {.is_bad = MEMORY_NEW(bool, roles->table->row_count + 1)};
    ReportName name = {0};
    Report *report = NULL;
    ReportOptions options = {
        .layout = &guess->layout, .days = roles->days, .name = &name, .reader = READER_CAREFUL};

    TRY(report_name_parse(guess->layout.name_pattern, roles->file_name, &name, &trial.error));
    TRY(report_open(source_of_bytes(text.bytes, text.size_bytes), &options, &report, &trial.error));
    TRY(read_all(report, roles->table, &trial));

cleanup:
    trial.status = status;
    report_close(report);
    report_name_clear(&name);
    return trial;
}

/** The values of a column, apart for rows that count and rows that do not. */
typedef struct Kinds {
    Slice good[KINDS_MAX];
    Slice bad[KINDS_MAX];
    size_t good_count;
    size_t bad_count;
    size_t good_rows;
    bool are_many; // more than KINDS_MAX of either
} Kinds;

static bool add_kind(Slice kinds[], size_t *count, Slice value)
{
    for (size_t i = 0; i < *count; i++)
        if (slice_equal(kinds[i], value))
            return true;
    if (*count == KINDS_MAX)
        return false;
    kinds[(*count)++] = value;
    return true;
}

static Kinds kinds_of(const GuessTable *table, const bool is_bad[], size_t column)
{
    Kinds kinds = {0};

    for (size_t row = 0; row < table->row_count; row++) {
        Slice value = table->fields[row * table->width + column];
        bool fits = is_bad[row] ? add_kind(kinds.bad, &kinds.bad_count, value)
                                : add_kind(kinds.good, &kinds.good_count, value);

        kinds.are_many |= !fits;
        kinds.good_rows += !is_bad[row];
    }
    return kinds;
}

static bool is_among(Slice value, const Slice kinds[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equal(kinds[i], value))
            return true;
    return false;
}

/** Whether a column tells rows that are none: by the marks of totals, or as a column of kinds. */
static bool tells_apart(const GuessRoles *roles, const Kinds *kinds, size_t column)
{
    bool is_of_role = false;
    bool are_marks = kinds->bad_count > 0;

    for (ColumnRole role = 0; role < COLUMN_ROLES; role++)
        is_of_role |= roles->field[role] == (int)column;
    for (size_t i = 0; i < kinds->bad_count; i++) {
        if (kinds->bad[i].size_bytes == 0 ||
            is_among(kinds->bad[i], kinds->good, kinds->good_count))
            return false;
        are_marks &= (guess_shapes(kinds->bad[i]) & 1U << SHAPE_MARKER) != 0;
    }
    return are_marks ||
           (kinds->bad_count > 0 && !is_of_role && !kinds->are_many &&
            kinds->good_rows >= kinds->good_count * ROWS_OF_A_KIND_MIN && kinds->good_rows > 0);
}

static LayoutColumn place_of(const GuessRoles *roles, size_t column)
{
    const char *name = roles->columns[column].name;

    return (LayoutColumn){.name = memory_copy_text(name),
                          .position = name == NULL ? (int)column + 1 : 0};
}

static void add_skip(const GuessRoles *roles, Guess *guess, const Kinds *kinds, size_t column)
{
    LayoutFilter *filter = MEMORY_NEW(LayoutFilter, 1);

    filter->column = place_of(roles, column);
    filter->values = MEMORY_NEW(char *, kinds->bad_count);
    for (size_t i = 0; i < kinds->bad_count; i++)
        filter->values[filter->value_count++] = slice_copy(kinds->bad[i]);
    guess->layout.filters = filter;
    guess->layout.filter_count = 1;
}

static bool has_shape(const GuessTable *table, size_t row, size_t column, unsigned shapes)
{
    return (guess_shapes(table->fields[row * table->width + column]) & shapes) != 0;
}

static bool is_marked(const GuessTable *table, size_t row)
{
    for (size_t i = 0; i < table->width; i++)
        if (has_shape(table, row, i, 1U << SHAPE_MARKER))
            return true;
    return false;
}

/** A row that names a recording or a release is a stream with a fault, unless it is marked as totals:
 * a filter by its other values would take good ones like it out. */
static void pass_faulty_streams(const GuessRoles *roles, bool is_bad[])
{
    static const ColumnRole names[] = {COLUMN_RECORDING, COLUMN_RELEASE};
    const unsigned codes = 1U << SHAPE_ISRC | 1U << SHAPE_GTIN | 1U << SHAPE_RELEASE;

    for (size_t row = 0; row < roles->table->row_count; row++)
        for (size_t i = 0; i < COUNT_OF(names) && is_bad[row]; i++) {
            int column = roles->field[names[i]];

            is_bad[row] = column == GUESS_NONE ||
                          !has_shape(roles->table, row, (size_t)column, codes) ||
                          is_marked(roles->table, row);
        }
}

/** Rows at the end that are marked as totals, though they might pass for rows. */
static void mark_last_rows(const GuessTable *table, bool is_whole, bool is_bad[])
{
    size_t first = table->row_count > LAST_ROWS ? table->row_count - LAST_ROWS : 1;

    for (size_t row = first; is_whole && row < table->row_count; row++)
        is_bad[row] |= is_marked(table, row);
}

/** The column that tells rows apart which are none; GUESS_NONE: there is none. */
static int find_kinds(const GuessRoles *roles, const bool is_bad[], Kinds *out_kinds)
{
    for (size_t i = 0; i < roles->table->width; i++) {
        *out_kinds = kinds_of(roles->table, is_bad, i);
        if (tells_apart(roles, out_kinds, i))
            return (int)i;
    }
    return GUESS_NONE;
}

/** The only row of a kind; GUESS_NONE: there are more. */
static int only_row(const GuessTable *table, size_t column, Slice kind)
{
    int found = GUESS_NONE;

    for (size_t row = 0; row < table->row_count; row++) {
        if (!slice_equal(table->fields[row * table->width + column], kind))
            continue;
        if (found != GUESS_NONE)
            return GUESS_NONE;
        found = (int)row;
    }
    return found;
}

/** A sum that may stand in a row of totals. */
typedef struct Sum {
    ColumnRole role; // whose column it most likely stands in; COLUMN_ROLES: in any
    Decimal value;
    LayoutColumn *place; // in the layout
} Sum;

/** Finds the field of a row in which a sum stands, first in its role's own column. */
static bool find_sum(const GuessRoles *roles, const Slice fields[], char point, const Sum *sum)
{
    int own = sum->role == COLUMN_ROLES ? GUESS_NONE : roles->field[sum->role];

    for (size_t i = 0; i < roles->table->width; i++) {
        Decimal figure;

        if ((own != GUESS_NONE && (int)i != own) ||
            (own == GUESS_NONE &&
             ((int)i == roles->field[COLUMN_QUANTITY] || (int)i == roles->field[COLUMN_AMOUNT])))
            continue;
        if (decimal_parse(fields[i], point, &figure) == DECIMAL_PARSED &&
            decimal_equal(&figure, &sum->value) && !decimal_is_zero(&figure)) {
            *sum->place = place_of(roles, i);
            return true;
        }
    }
    return false;
}

/** Has a row of totals compared where the file's own sums are those that it says. */
static void take_totals(const GuessRoles *roles, Guess *guess, const Trial *trial, size_t column)
{
    Layout *layout = &guess->layout;
    LayoutFilter *filter = &layout->filters[0];

    for (size_t i = 0; i < filter->value_count; i++) {
        int row = only_row(roles->table, column, slice_of(filter->values[i]));
        const Sum sums[] = {
            {COLUMN_ROLES, decimal_from_int64(trial->counts.rows_read), &layout->totals.rows},
            {COLUMN_QUANTITY, decimal_from_int64(trial->counts.streams), &layout->totals.streams},
            {COLUMN_AMOUNT, trial->counts.amount, &layout->totals.amount},
        };
        size_t found = 0;

        for (size_t j = 0; row != GUESS_NONE && j < COUNT_OF(sums); j++)
            found += (sums[j].role == COLUMN_ROLES || roles->field[sums[j].role] != GUESS_NONE) &&
                     find_sum(roles, roles->table->fields + (size_t)row * roles->table->width,
                              layout->decimal_point, &sums[j]);
        if (found == 0)
            continue;
        layout->totals.marker = place_of(roles, column);
        layout->totals.marker_value = filter->values[i];
        layout->totals.required = true;
        guess_because(guess, "totals",
                      "%zu of its figures %s what the rows of this file add up to; a file without "
                      "that row was cut",
                      found, found == 1 ? "is" : "are");
        filter->values[i] = filter->values[--filter->value_count];
        return;
    }
}

static void drop_empty_filter(Layout *layout)
{
    if (layout->filter_count == 0 || layout->filters[0].value_count > 0)
        return;
    free(layout->filters[0].column.name);
    free(layout->filters[0].values);
    free(layout->filters);
    layout->filters = NULL;
    layout->filter_count = 0;
}

static void explain(const Trial *trial, bool is_whole, Guess *guess)
{
    char monetised[DECIMAL_TEXT_BYTES];

    if (trial->status != STATUS_OK) {
        guess_because(guess, "", "as it stands it cannot read the file: %s", trial->error.message);
        return;
    }
    guess_because(guess, "",
                  "read so, %" PRId64 " of %" PRId64 " rows of the %s count, %s of their %" PRId64
                  " streams as monetised",
                  trial->counts.rows_read - trial->counts.rejected, trial->counts.rows_read,
                  is_whole ? "file" : "sample", decimal_print(&trial->monetised, monetised),
                  trial->counts.streams);
    if (trial->first != NULL)
        guess_because(guess, "", "the first that does not: %s", trial->first);
}

void guess_trial(Slice text, bool is_whole, const GuessRoles *roles, Guess *guess)
{
    Kinds kinds = {0};
    Trial trial = try_layout(text, roles, guess);
    int column = GUESS_NONE;

    if (trial.status == STATUS_OK) {
        pass_faulty_streams(roles, trial.is_bad);
        mark_last_rows(roles->table, is_whole, trial.is_bad);
        column = find_kinds(roles, trial.is_bad, &kinds);
    }
    if (column != GUESS_NONE) {
        add_skip(roles, guess, &kinds, (size_t)column);
        trial_clear(&trial);
        trial = try_layout(text, roles, guess);
        if (is_whole && trial.status == STATUS_OK && trial.counts.rejected == 0)
            take_totals(roles, guess, &trial, (size_t)column);
        drop_empty_filter(&guess->layout);
        if (guess->layout.filter_count > 0)
            guess_because(guess, "skip", "these rows lack what a stream has");
    }
    explain(&trial, is_whole, guess);
    trial_clear(&trial);
}
