#include "payout/line_splits.h"

#include "base/memory.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>

// What a split's row holds, while it is read.
typedef struct SplitReader {
    LineSplits *splits;
    const LineTerms *terms;
    int64_t *payees;
    Slice *shares;
    uint32_t *numbers; // of the shares
    size_t capacity;
} SplitReader;

static bool number_share(LineShares *shares, Slice text, uint32_t *out_number)
{
    char printed[EXACT_TEXT_BYTES];
    Exact value;

    if (!exact_parse(text, &value))
        return false;

    size_t size_bytes = exact_print(&value, printed);
    size_t count = shares->texts.count;
    uint32_t number = names_number(&shares->texts, (Slice){printed, size_bytes}, (Slice){"", 0});

    if (number == count) {
        MEMORY_GROW(shares->values, count, shares->capacity);
        shares->values[number] = value;
    }
    *out_number = number;
    return true;
}

// How many shares of its split are less: the order of the shares, whatever their number.
static uint32_t order_of(const SplitReader *reader, size_t part, size_t part_count)
{
    const Exact *values = reader->splits->shares.values;
    uint32_t order = 0;

    for (size_t i = 0; i < part_count; i++)
        if (reader->numbers[i] != reader->numbers[part] &&
            exact_compare(&values[reader->numbers[i]], &values[reader->numbers[part]]) < 0)
            order++;
    return order;
}

static void make_room(SplitReader *reader, size_t part_count)
{
    if (part_count <= reader->capacity)
        return;
    reader->capacity = part_count;
    reader->payees = memory_resize(reader->payees, part_count, sizeof reader->payees[0]);
    reader->shares = memory_resize(reader->shares, part_count, sizeof reader->shares[0]);
    reader->numbers = memory_resize(reader->numbers, part_count, sizeof reader->numbers[0]);
}

static Status read_split(SplitReader *reader, const Rows *rows, size_t row, Error *error)
{
    LineSplits *splits = reader->splits;
    size_t part_count = (size_t)rows_int64(rows, row, "parts");
    LineSplit split = {.bucket = rows_int64(rows, row, "bucket"),
                       .id = rows_int64(rows, row, "id"),
                       .first_part = (uint32_t)splits->part_count};

    make_room(reader, part_count);
    rows_int64_array(rows, row, "payees", reader->payees, part_count);
    rows_number_array(rows, row, "shares", reader->shares, part_count);
    for (size_t i = 0; i < part_count; i++)
        if (!number_share(&splits->shares, reader->shares[i], &reader->numbers[i]))
            return error_set(error, STATUS_BUG,
                             "split %" PRId64 ": its share %.*s has more digits than can be "
                             "multiplied",
                             split.id, SLICE_ARGUMENTS(reader->shares[i]));
    for (size_t i = 0; i < part_count; i++) {
        LinePart part = {.share = reader->numbers[i]};

        if (!line_terms_find_payee(reader->terms, reader->payees[i], &part.payee))
            continue;
        part.order = order_of(reader, i, part_count);
        MEMORY_GROW(splits->parts, splits->part_count, splits->part_capacity);
        splits->parts[splits->part_count++] = part;
    }
    split.part_count = (uint32_t)splits->part_count - split.first_part;
    MEMORY_GROW(splits->splits, splits->split_count, splits->split_capacity);
    splits->splits[splits->split_count++] = split;
    return STATUS_OK;
}

Status line_splits_read(LineSplits *splits, Store *store, const LineTerms *terms, int first_bucket,
                        int last_bucket, Error *error)
{
    Status status = STATUS_OK;
    SplitReader reader = {.splits = splits, .terms = terms};
    Rows *rows = NULL;

    TRY(store_query(store, &sql_line_splits,
                    PARAMS(param_int64_array(terms->accruals, terms->accrual_count),
                           param_int64(first_bucket), param_int64(last_bucket),
                           param_bool(terms->names_most_splits)),
                    &rows, error));
    splits->split_count = 0;
    splits->part_count = 0;
    for (size_t i = 0; i < rows_count(rows); i++)
        TRY(read_split(&reader, rows, i, error));

cleanup:
    rows_free(rows);
    free(reader.payees);
    free(reader.shares);
    free(reader.numbers);
    return status;
}

static bool is_before(const LineSplit *split, int64_t bucket, int64_t id)
{
    return split->bucket < bucket || (split->bucket == bucket && split->id < id);
}

const LineSplit *line_splits_find(const LineSplits *splits, int64_t bucket, int64_t id)
{
    size_t first = 0;
    size_t end = splits->split_count;

    while (first < end) {
        size_t middle = first + (end - first) / 2;

        if (is_before(&splits->splits[middle], bucket, id))
            first = middle + 1;
        else
            end = middle;
    }
    if (first == splits->split_count || splits->splits[first].bucket != bucket ||
        splits->splits[first].id != id)
        return NULL;
    return &splits->splits[first];
}

void line_splits_free(LineSplits *splits)
{
    names_clear(&splits->shares.texts);
    free(splits->shares.values);
    free(splits->splits);
    free(splits->parts);
}
