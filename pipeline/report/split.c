#include "report/split.h"

#include "base/memory.h"
#include "report/shape.h"

#include <assert.h>
#include <stdlib.h>

enum { NO_SLOT = UINT16_MAX };

// The spans of a row with few fields are all kept, used or not, since so many are made at once; of
// more fields only those that are used.
enum { SPANS_AT_ONCE = 8, NARROW_WIDTH_MAX = 2 * SPANS_AT_ONCE };

struct Splitter {
    const Columns *columns;
    const Layout *layout;
    ScanKind kind;
    ScanLetters letters;
    size_t width;
    size_t slot_count;
    uint16_t fields[COLUMNS_MAX]; // of the slots
    uint16_t slots[COLUMNS_MAX];  // of the fields
    bool is_narrow;               // all fields have spans, at their own places; else the slots
    bool selects;                 // the layout has totals or filters
    const char *bytes;
    size_t size_bytes;
    const uint16_t *separators_end;
    size_t next_separator; // the first at the next row or behind its beginning
    size_t next_special;
    ScanIndex index;
    RowTable table;
};

Splitter *splitter_new(const Columns *columns, const Layout *layout, ScanKind kind)
{
    Splitter *splitter = MEMORY_NEW(Splitter, 1);

    assert(columns->width >= 2);
    splitter->columns = columns;
    splitter->layout = layout;
    splitter->kind = kind;
    splitter->letters = (ScanLetters){layout->delimiter, layout->quoted ? '"' : '\n'};
    splitter->width = columns->width;
    splitter->selects = layout->totals.marker_value != NULL || layout->filter_count > 0;
    for (size_t field = 0; field < columns->width; field++) {
        splitter->slots[field] = NO_SLOT;
        if (columns->is_used[field]) {
            splitter->slots[field] = (uint16_t)splitter->slot_count;
            splitter->fields[splitter->slot_count++] = (uint16_t)field;
        }
    }
    splitter->is_narrow = splitter->width <= NARROW_WIDTH_MAX;
    splitter->table.stride =
        splitter->is_narrow ? (splitter->width + SPANS_AT_ONCE - 1) / SPANS_AT_ONCE * SPANS_AT_ONCE
                            : splitter->slot_count;
    splitter->table.spans = MEMORY_NEW(Span, splitter->table.stride * TABLE_ROWS_MAX);
    return splitter;
}

void splitter_free(Splitter *splitter)
{
    if (splitter == NULL)
        return;
    free(splitter->table.spans);
    free(splitter);
}

size_t splitter_place(const Splitter *splitter, int field)
{
    assert(field != NO_FIELD && splitter->slots[field] != NO_SLOT);
    return splitter->is_narrow ? (size_t)field : splitter->slots[field];
}

const RowTable *splitter_table(const Splitter *splitter)
{
    return &splitter->table;
}

void splitter_scan(Splitter *splitter, const char *bytes, size_t size_bytes)
{
    scan(splitter->kind, bytes, size_bytes, splitter->letters, &splitter->index);
    splitter->bytes = bytes;
    splitter->size_bytes = size_bytes;
    splitter->separators_end = splitter->index.separators + 1 + splitter->index.separator_count;
    splitter->next_separator = 1;
    splitter->next_special = 0;
    splitter->table.end = 0;
}

// The span of a field that is used.
static Span *span_of(Splitter *splitter, size_t field, size_t row)
{
    return &splitter->table
                .spans[row * splitter->table.stride + splitter_place(splitter, (int)field)];
}

static Slice slice_of_span(const Splitter *splitter, Span span)
{
    return (Slice){.bytes = splitter->bytes + span_begin(span),
                   .size_bytes = span_end(span) - span_begin(span)};
}

/** A row on its way into the table: where it is read, and what it has shown. */
typedef struct Walk {
    size_t at;
    const uint16_t *separator;
    const uint16_t *special;
    bool has_specials; // bytes that may be a fault in a field that is used
} Walk;

// A field in quotation marks, the walk at the first of them; ends behind the second.
static bool walk_quoted(const Splitter *splitter, bool is_used, Walk *walk, Span *out_span)
{
    const char *bytes = splitter->bytes;

    for (walk->special++; *walk->special != SCAN_NONE; walk->special++) {
        size_t place = *walk->special;

        if (bytes[place] == '\n' || bytes[place] == '\r')
            return false;
        if (bytes[place] != '"') {
            walk->has_specials = true;
        } else if (walk->special[1] == place + 1 && bytes[place + 1] == '"') {
            if (is_used)
                return false; // its text would have to be copied
            walk->special++;
        } else {
            *out_span = span_from_to(walk->at + 1, place);
            walk->special++;
            walk->at = place + 1;
            for (; *walk->separator < walk->at; walk->separator++)
                walk->has_specials = true; // a delimiter that may be a control character
            return true;
        }
    }
    return false;
}

// A field without quotation marks; ends at its separator, or at a CR before that.
static bool walk_unquoted(const Splitter *splitter, Walk *walk, Span *out_span)
{
    size_t end = *walk->separator;

    for (; *walk->special < end; walk->special++) {
        char byte = splitter->bytes[*walk->special];

        if (byte == '"' && splitter->layout->quoted)
            return false;
        if (byte == '\r') {
            end = *walk->special;
            break;
        }
        walk->has_specials = true;
    }
    *out_span = span_from_to(walk->at, end);
    walk->at = end;
    return true;
}

// What stands behind a field: a delimiter, or behind the last one LF or CRLF.
static bool walk_border(const Splitter *splitter, bool is_last, Walk *walk)
{
    bool has_cr = is_last && *walk->special == walk->at && splitter->bytes[walk->at] == '\r';

    if (has_cr) {
        walk->special++;
        walk->at++;
    }
    // A separator that is a special is LF.
    if (*walk->separator != walk->at || (*walk->special == walk->at) != is_last)
        return false;
    walk->special += is_last ? 1 : 0;
    walk->separator++;
    walk->at++;
    return true;
}

static bool has_good_shape(Splitter *splitter, size_t row)
{
    for (size_t slot = 0; slot < splitter->slot_count; slot++)
        if (shape_check(slice_of_span(splitter, *span_of(splitter, splitter->fields[slot], row))) !=
            REJECT_NONE)
            return false;
    return true;
}

// A row that has more than separators; it is put into the table if it is plain all the same.
static bool walk_row(Splitter *splitter, Walk *walk)
{
    size_t row = splitter->table.count;
    size_t begin = walk->at;

    for (size_t field = 0; field < splitter->width; field++) {
        size_t slot = splitter->slots[field];
        bool is_quoted = splitter->layout->quoted && *walk->special == walk->at &&
                         splitter->bytes[walk->at] == '"';
        Span span = 0;

        if (*walk->separator == SCAN_NONE ||
            !(is_quoted ? walk_quoted(splitter, slot != NO_SLOT, walk, &span)
                        : walk_unquoted(splitter, walk, &span)) ||
            !walk_border(splitter, field + 1 == splitter->width, walk))
            return false;
        if (slot != NO_SLOT)
            *span_of(splitter, field, row) = span;
    }
    return (!walk->has_specials && walk->at - begin <= USED_FIELD_BYTES_MAX) ||
           has_good_shape(splitter, row);
}

// Whether the walk is behind a separator, and so many follow as a row has, on few bytes.
static bool has_row(const Splitter *splitter, const Walk *walk)
{
    return walk->separator + splitter->width <= splitter->separators_end &&
           (uint16_t)(walk->separator[-1] + 1) == walk->at &&
           walk->separator[splitter->width - 1] - walk->at <= USED_FIELD_BYTES_MAX;
}

static void end_row(const Splitter *splitter, Walk *walk)
{
    walk->separator += splitter->width;
    walk->at = walk->separator[-1] + 1U;
}

// The field that ends at a separator.
static Span span_before(const uint16_t *separator)
{
    return span_from_to((uint16_t)(separator[-1] + 1), *separator);
}

// Those of so many separators, a register of them at a time. What lies behind the last one of a
// list may be any number, and its span is nobody's.
static void make_spans(const uint16_t *separators, Span *spans)
{
    for (size_t i = 0; i < SPANS_AT_ONCE; i++)
        spans[i] = span_before(&separators[i]);
}

// A row without anything special but its LF: it is put into the table without a look at its bytes.
static bool take_bare_row(Splitter *splitter, Walk *walk)
{
    const uint16_t *separator = walk->separator;
    Span *spans = splitter->table.spans + splitter->table.count * splitter->table.stride;

    if (*walk->special != separator[splitter->width - 1])
        return false;
    if (splitter->is_narrow)
        for (size_t field = 0; field < splitter->width; field += SPANS_AT_ONCE)
            make_spans(separator + field, spans + field);
    else
        for (size_t slot = 0; slot < splitter->slot_count; slot++)
            spans[slot] = span_before(separator + splitter->fields[slot]);
    walk->special++;
    end_row(splitter, walk);
    return true;
}

// A row of fields without anything special, or but a quotation mark as first and last byte, CR before
// its LF perhaps. (Through walk_row() a row of 7 quoted fields costs 20 ns, here 8.)
static bool take_simple_row(Splitter *splitter, Walk *walk)
{
    const char *bytes = splitter->bytes;
    const uint16_t *special = walk->special;
    size_t last = splitter->width - 1;
    bool has_cr = bytes[walk->separator[last] - 1] == '\r';
    size_t begin = walk->at;

    for (size_t field = 0; field <= last; field++) {
        size_t separator = walk->separator[field];
        size_t end = separator - (has_cr && field == last ? 1 : 0);
        size_t slot = splitter->slots[field];
        size_t quotes = 0;

        if (*special < end) {
            if (!splitter->layout->quoted || special[0] != begin || special[1] + 1U != end ||
                bytes[begin] != '"' || bytes[end - 1] != '"')
                return false;
            special += 2;
            quotes = 1;
        }
        if (*special == separator && field != last)
            return false; // the line ends here
        if (slot != NO_SLOT)
            *span_of(splitter, field, splitter->table.count) =
                span_from_to(begin + quotes, end - quotes);
        begin = separator + 1;
    }
    special += has_cr ? 1 : 0;
    if (*special != begin - 1)
        return false;
    walk->special = special + 1;
    end_row(splitter, walk);
    return true;
}

static bool is_one_of(Slice text, char *const values[], size_t value_count)
{
    for (size_t i = 0; i < value_count; i++)
        if (slice_equals_text(text, values[i]))
            return true;
    return false;
}

static Slice field_text(Splitter *splitter, int field, size_t row)
{
    return slice_trimmed(slice_of_span(splitter, *span_of(splitter, (size_t)field, row)));
}

static bool is_totals(Splitter *splitter, size_t row)
{
    int field = splitter->columns->places[PLACE_TOTALS_MARKER].field;

    return splitter->layout->totals.marker_value != NULL && field != NO_FIELD &&
           slice_equals_text(field_text(splitter, field, row),
                             splitter->layout->totals.marker_value);
}

static bool is_filtered(Splitter *splitter, size_t row)
{
    const Layout *layout = splitter->layout;

    for (size_t i = 0; i < layout->filter_count; i++) {
        const LayoutFilter *filter = &layout->filters[i];
        int field = splitter->columns->places[PLACE_FILTERS + i].field;

        if (field != NO_FIELD && is_one_of(field_text(splitter, field, row), filter->values,
                                           filter->value_count) != filter->keep_only)
            return true;
    }
    return false;
}

// Why the row at the walk is not in the table: a line without an end here is cut.
static SplitEnd why_not(const Splitter *splitter, const Walk *walk)
{
    for (const uint16_t *special = walk->special; *special != SCAN_NONE; special++)
        if (splitter->bytes[*special] == '\n')
            return SPLIT_ODD;
    return SPLIT_CUT;
}

static void go_to(Splitter *splitter, size_t from)
{
    const ScanIndex *index = &splitter->index;

    if (from < splitter->table.end) {
        splitter->next_separator = 1;
        splitter->next_special = 0;
    }
    while (index->separators[splitter->next_separator] < from)
        splitter->next_separator++;
    while (index->specials[splitter->next_special] < from)
        splitter->next_special++;
}

SplitEnd splitter_split(Splitter *splitter, size_t from)
{
    RowTable *table = &splitter->table;
    SplitEnd end = SPLIT_FULL;

    go_to(splitter, from);

    Walk walk = {.at = from,
                 .separator = splitter->index.separators + splitter->next_separator,
                 .special = splitter->index.specials + splitter->next_special};

    table->bytes = splitter->bytes;
    table->count = 0;
    table->line_count = 0;
    while (table->count < TABLE_ROWS_MAX) {
        Walk begin = walk;

        if (!(has_row(splitter, &walk) &&
              (take_bare_row(splitter, &walk) || take_simple_row(splitter, &walk))) &&
            !walk_row(splitter, &walk)) {
            walk = begin;
            end = why_not(splitter, &begin);
            break;
        }
        if (splitter->selects && is_totals(splitter, table->count)) {
            walk = begin;
            end = SPLIT_ODD;
            break;
        }
        if (!splitter->selects || !is_filtered(splitter, table->count)) {
            table->begins[table->count] = (uint16_t)begin.at;
            table->ends[table->count] = (uint16_t)walk.at;
            table->lines[table->count++] = table->line_count;
        }
        table->line_count++;
    }
    table->end = (uint16_t)walk.at;
    splitter->next_separator = (size_t)(walk.separator - splitter->index.separators);
    splitter->next_special = (size_t)(walk.special - splitter->index.specials);
    return end;
}
