#include "payout/line_writer.h"

#include "base/memory.h"
#include "payout/line_record.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *const line_columns[] = {
    "request",     "instruction", "payee_id",  "currency",      "line",   "provider",        "feed",
    "period_from", "period_to",   "upc",       "release_title", "isrc",   "recording_title", "rate",
    "basis",       "share",       "monetised", "reported",      "amount",
};
const size_t line_column_count = COUNT_OF(line_columns);

enum { ROWS_BYTES = 1 << 16 }; // gathered before they go to the file

struct LineWriter {
    const LineTerms *terms;
    const LineShares *shares;
    const LineNames *names;
    CsvFile *file;
    size_t request; // whose lines are being written; those before are done
    bool has_begun; // what was carried in is written
    Exact sum;      // of its lines until now
    uint64_t place; // request and span of the last line
    Text head;      // the cells that all lines of this place begin with
    bool has_head;
    Text rows; // gathered
    int64_t row_count;
    LineSum *sums; // by currency
    size_t sum_count;
};

static int compare_sums(const void *left, const void *right)
{
    return strcmp(((const LineSum *)left)->currency, ((const LineSum *)right)->currency);
}

static LineSum *find_sum(LineWriter *writer, const char *currency)
{
    for (size_t i = 0; i < writer->sum_count; i++)
        if (text_equal(writer->sums[i].currency, currency))
            return &writer->sums[i];
    return NULL;
}

static void list_currencies(LineWriter *writer)
{
    size_t capacity = 0;

    for (size_t i = 0; i < writer->terms->request_count; i++) {
        const char *currency = writer->terms->requests[i].currency;

        if (find_sum(writer, currency) != NULL)
            continue;
        MEMORY_GROW(writer->sums, writer->sum_count, capacity);
        writer->sums[writer->sum_count++] = (LineSum){.currency = currency};
    }
    if (writer->sum_count > 0)
        qsort(writer->sums, writer->sum_count, sizeof writer->sums[0], compare_sums);
}

LineWriter *line_writer_new(const LineTerms *terms, const LineShares *shares,
                            const LineNames *names, CsvFile *file)
{
    LineWriter *writer = MEMORY_NEW(LineWriter, 1);

    writer->terms = terms;
    writer->shares = shares;
    writer->names = names;
    writer->file = file;
    list_currencies(writer);
    return writer;
}

void line_writer_free(LineWriter *writer)
{
    if (writer == NULL)
        return;
    text_free(&writer->head);
    text_free(&writer->rows);
    free(writer->sums);
    free(writer);
}

static Status flush(LineWriter *writer, Error *error)
{
    Status status = csv_file_rows(writer->file, &writer->rows, writer->row_count, error);

    text_clear(&writer->rows);
    writer->row_count = 0;
    return status;
}

static Status end_row(LineWriter *writer, Error *error)
{
    text_append(&writer->rows, "\r\n");
    writer->row_count++;
    return writer->rows.size_bytes < ROWS_BYTES ? STATUS_OK : flush(writer, error);
}

// "17,P000000017-1,P-3,EUR,": what each line of a request begins with.
static void append_request(Text *text, const LineRequest *request)
{
    CsvCell payee = csv_text(request->payee_key);

    text_append_format(text, "%" PRId64 ",%s,", request->number, request->reference);
    csv_append_cell(text, &payee);
    text_append_format(text, ",%s,", request->currency);
}

static Status add_to_sum(LineWriter *writer, const Exact *amount, Error *error)
{
    if (exact_add(&writer->sum, amount))
        return STATUS_OK;
    return error_set(error, STATUS_BUG,
                     "request %" PRId64 ": the sum of its lines has too many digits",
                     writer->terms->requests[writer->request].number);
}

// A line of what is carried: its amount, and no more.
static Status add_edge(LineWriter *writer, const char *kind, const char *amount, Error *error)
{
    enum { EMPTY_CELLS = 13 }; // from the provider to what was reported
    const LineRequest *request = &writer->terms->requests[writer->request];
    Exact value;

    if (!exact_parse(slice_of(amount), &value))
        return error_set(error, STATUS_BUG, "request %" PRId64 ": %s %s is no amount",
                         request->number, kind, amount);
    append_request(&writer->rows, request);
    text_append(&writer->rows, kind);
    for (size_t i = 0; i <= EMPTY_CELLS; i++)
        text_append_byte(&writer->rows, ',');
    text_append(&writer->rows, amount);

    Status status = add_to_sum(writer, &value, error);

    return status == STATUS_OK ? end_row(writer, error) : status;
}

static Status begin_request(LineWriter *writer, Error *error)
{
    if (writer->has_begun)
        return STATUS_OK;
    writer->has_begun = true;
    writer->sum = (Exact){0};
    return add_edge(writer, "carried_in", writer->terms->requests[writer->request].carried_in,
                    error);
}

// Conservation: what its lines add up to is what the request pays.
static Status end_request(LineWriter *writer, Error *error)
{
    Status status = STATUS_OK;
    const LineRequest *request = &writer->terms->requests[writer->request];
    LineSum *sum = find_sum(writer, request->currency);
    char lines[EXACT_TEXT_BYTES];

    TRY(begin_request(writer, error));
    TRY(add_edge(writer, "carried_out", request->carried_out, error));
    (void)exact_print(&writer->sum, lines);
    if (!text_equal(lines, request->amount))
        TRY(error_set(error, STATUS_BUG,
                      "request %" PRId64 ": its lines add up to %s %s, its amount is %s",
                      request->number, lines, request->currency, request->amount));
    if (!exact_add(&sum->amount, &writer->sum))
        TRY(error_set(error, STATUS_BUG, "the sum of all lines in %s has too many digits",
                      request->currency));
    writer->request++;
    writer->has_begun = false;

cleanup:
    return status;
}

static Status go_to_request(LineWriter *writer, size_t request, Error *error)
{
    Status status = STATUS_OK;

    assert(request < writer->terms->request_count && request >= writer->request);
    while (writer->request < request)
        TRY(end_request(writer, error));
    TRY(begin_request(writer, error));

cleanup:
    return status;
}

static void make_head(LineWriter *writer, size_t place)
{
    const LineSpan *span = &writer->terms->spans[place];
    CsvCell provider = csv_text(span->provider);
    CsvCell feed = csv_text(span->feed_name);

    text_clear(&writer->head);
    append_request(&writer->head, &writer->terms->requests[writer->request]);
    text_append_format(&writer->head, "%s,", span->kind);
    csv_append_cell(&writer->head, &provider);
    text_append_byte(&writer->head, ',');
    csv_append_cell(&writer->head, &feed);
    text_append_format(&writer->head, ",%s,%s,", span->period_from, span->period_to);
}

static Status go_to_place(LineWriter *writer, uint64_t place, Error *error)
{
    if (writer->has_head && place == writer->place)
        return STATUS_OK;

    Status status = go_to_request(writer, (size_t)(place >> 32), error);

    make_head(writer, (size_t)(uint32_t)place);
    writer->place = place;
    writer->has_head = true;
    return status;
}

// "1,1000,,3": share, monetised, reported, amount.
static Status append_measures(LineWriter *writer, const uint64_t record[], const LineRate *rate,
                              Error *error)
{
    uint32_t share = (uint32_t)record[LINE_SHARE];
    int64_t monetised = (int64_t)record[LINE_MONETISED];
    char reported[DECIMAL_TEXT_BYTES] = "";
    char printed[EXACT_TEXT_BYTES];
    Exact measure = exact_from_int64(monetised);
    Exact amount;

    if (rate->is_reported) {
        Decimal decimal;

        memcpy(&decimal, &record[LINE_REPORTED], sizeof decimal);
        (void)decimal_print(&decimal, reported);
        if (!exact_parse(slice_of(reported), &measure))
            return error_set(error, STATUS_BUG, "%s is no amount", reported);
    }
    if (!exact_multiply(&measure, &rate->value, &amount) ||
        !exact_multiply(&amount, &writer->shares->values[share], &amount))
        return error_set(error, STATUS_BUG,
                         "request %" PRId64 ": the amount of a line has too many digits",
                         writer->terms->requests[writer->request].number);
    text_append_slice(&writer->rows, writer->shares->texts.names[share].first);
    text_append_byte(&writer->rows, ',');
    text_append_int64(&writer->rows, monetised);
    text_append_byte(&writer->rows, ',');
    text_append(&writer->rows, reported);
    text_append_byte(&writer->rows, ',');
    text_append_slice(&writer->rows, (Slice){printed, exact_print(&amount, printed)});
    return add_to_sum(writer, &amount, error);
}

Status line_writer_add(LineWriter *writer, const uint64_t record[], const LineNamed *named,
                       size_t line, Error *error)
{
    Status status = STATUS_OK;
    Slice cells[3];
    const LineRate *rate = line_names_rate(writer->names, named, line, &cells[2]);

    TRY(go_to_place(writer, record[LINE_PLACE], error));
    cells[0] = line_names_release(writer->names, named, line);
    cells[1] = line_names_recording(writer->names, named, line);
    text_append_slice(&writer->rows, (Slice){writer->head.bytes, writer->head.size_bytes});
    for (size_t i = 0; i < COUNT_OF(cells); i++) {
        text_append_slice(&writer->rows, cells[i]);
        text_append_byte(&writer->rows, ',');
    }
    TRY(append_measures(writer, record, rate, error));
    TRY(end_row(writer, error));

cleanup:
    return status;
}

Status line_writer_end(LineWriter *writer, Error *error)
{
    Status status = STATUS_OK;

    while (writer->request < writer->terms->request_count)
        TRY(end_request(writer, error));
    TRY(flush(writer, error));

cleanup:
    return status;
}

const LineSum *line_writer_sums(const LineWriter *writer, size_t *out_count)
{
    *out_count = writer->sum_count;
    return writer->sums;
}
