#include "payout/line_names.h"

#include "base/csv_file.h"
#include "base/memory.h"
#include "cells/index.h"
#include "payout/line_record.h"
#include "sql.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

/** A thing by its number (a code, a rate's ID), and what it is called. */
typedef struct Thing {
    int64_t number;
    size_t cells_offset; // in the texts
    size_t cells_bytes;
} Thing;

/** Things of a kind. */
typedef struct Things {
    Index index;
    Thing *things;
    size_t count;
    size_t capacity;
    size_t known_count; // of them; those behind were asked for
    Text texts;
} Things;

typedef enum Kind { KIND_RELEASE, KIND_RECORDING, KIND_RATE } Kind;

struct LineNames {
    Store *store;
    int64_t run;
    size_t names_max;
    Things kinds[LINE_NAME_KINDS];
    LineRate *rates; // beside the things of their kind
    bool has_asked;
};

LineNames *line_names_new(Store *store, int64_t run, size_t names_max)
{
    LineNames *names = MEMORY_NEW(LineNames, 1);

    names->store = store;
    names->run = run;
    names->names_max = names_max;
    return names;
}

void line_names_free(LineNames *names)
{
    if (names == NULL)
        return;
    for (size_t i = 0; i < LINE_NAME_KINDS; i++) {
        index_clear(&names->kinds[i].index);
        free(names->kinds[i].things);
        text_free(&names->kinds[i].texts);
    }
    free(names->rates);
    free(names);
}

void line_named_free(LineNamed *named)
{
    for (size_t i = 0; i < LINE_NAME_KINDS; i++)
        free(named->places[i]);
}

bool line_names_is_full(const LineNames *names)
{
    for (size_t i = 0; i < LINE_NAME_KINDS; i++)
        if (names->kinds[i].count > names->names_max)
            return true;
    return false;
}

void line_names_forget(LineNames *names)
{
    assert(!names->has_asked);
    for (size_t i = 0; i < LINE_NAME_KINDS; i++) {
        index_clear(&names->kinds[i].index);
        names->kinds[i].count = 0;
        names->kinds[i].known_count = 0;
        text_clear(&names->kinds[i].texts);
    }
}

static uint32_t hash_of(int64_t number)
{
    return index_hash((uint64_t)number, 0);
}

// False: it is not there.
static bool find(const Things *things, int64_t number, size_t *out_place)
{
    uint32_t place;

    for (IndexProbe probe = index_probe(&things->index, hash_of(number));
         index_next(&things->index, &probe, &place);)
        if (things->things[place].number == number) {
            *out_place = place;
            return true;
        }
    return false;
}

// The place of a thing, which is added where it is new.
static uint32_t want(Things *things, int64_t number)
{
    size_t place;

    if (find(things, number, &place))
        return (uint32_t)place;
    MEMORY_GROW(things->things, things->count, things->capacity);
    things->things[things->count] = (Thing){.number = number};
    index_add(&things->index, hash_of(number), things->count);
    return (uint32_t)things->count++;
}

// Lines of one thing mostly stand beside each other.
static void want_all(Things *things, const uint64_t first[], size_t count, size_t words,
                     uint32_t places[])
{
    for (size_t i = 0; i < count; i++)
        places[i] = i > 0 && first[i * words] == first[(i - 1) * words]
                        ? places[i - 1]
                        : want(things, line_number(first[i * words]));
}

static void reserve(LineNamed *named, size_t count)
{
    if (count <= named->capacity)
        return;
    named->capacity = count;
    for (size_t i = 0; i < LINE_NAME_KINDS; i++)
        named->places[i] = memory_resize(named->places[i], count, sizeof named->places[0][0]);
}

static bool is_asked_for(const Things *things, size_t place)
{
    return place >= things->known_count;
}

static Status keep_rate(LineNames *names, const Rows *rows, size_t row, Error *error)
{
    Things *things = &names->kinds[KIND_RATE];
    const char *rate = rows_text(rows, row, "rate");
    const char *basis = rows_text(rows, row, "basis");
    size_t place = 0;
    bool is_there = find(things, rows_int64(rows, row, "id"), &place);

    assert(is_there && is_asked_for(things, place));
    (void)is_there;

    Thing *thing = &things->things[place];

    if (!exact_parse(slice_of(rate), &names->rates[place].value))
        return error_set(error, STATUS_BUG,
                         "rate %" PRId64 ": %s has more digits than can be multiplied",
                         thing->number, rate);
    names->rates[place].is_reported = text_equal(basis, "amount");
    thing->cells_offset = things->texts.size_bytes;
    text_append_format(&things->texts, "%s,%s", rate, basis);
    thing->cells_bytes = things->texts.size_bytes - thing->cells_offset;
    return STATUS_OK;
}

/** Rates are few, and nearly always those of the lines before. */
static Status look_up_rates(LineNames *names, Error *error)
{
    Status status = STATUS_OK;
    Things *things = &names->kinds[KIND_RATE];
    size_t count = things->count - things->known_count;
    int64_t *ids = MEMORY_NEW(int64_t, count);
    Rows *rows = NULL;

    for (size_t i = 0; i < count; i++)
        ids[i] = things->things[things->known_count + i].number;
    names->rates = memory_resize(names->rates, things->capacity, sizeof names->rates[0]);
    TRY(store_query(names->store, &sql_line_rates, PARAMS(param_int64_array(ids, count)), &rows,
                    error));
    if (rows_count(rows) != count)
        TRY(error_set(error, STATUS_BUG, "%zu rates were asked for, %zu are there", count,
                      rows_count(rows)));
    for (size_t i = 0; i < count; i++)
        TRY(keep_rate(names, rows, i, error));
    things->known_count = things->count;

cleanup:
    rows_free(rows);
    free(ids);
    return status;
}

/** Codes that are asked for, as bigint[] of each bucket. */
typedef struct CodesByBucket {
    Text literals[BUCKETS];
    const char *texts[BUCKETS]; // NULL: none
} CodesByBucket;

static void list_codes(const Things *things, CodesByBucket *codes)
{
    for (size_t i = things->known_count; i < things->count; i++) {
        int64_t code = things->things[i].number;
        Text *literal = &codes->literals[code_bucket(code, CODE_NONE)];

        text_append_byte(literal, literal->size_bytes == 0 ? '{' : ',');
        text_append_int64(literal, code);
    }
    for (size_t i = 0; i < BUCKETS; i++)
        if (codes->literals[i].size_bytes > 0) {
            text_append_byte(&codes->literals[i], '}');
            codes->texts[i] = codes->literals[i].bytes;
        }
}

static void free_codes(CodesByBucket *codes)
{
    for (size_t i = 0; i < BUCKETS; i++)
        text_free(&codes->literals[i]);
}

// The odd ones among the codes that are asked for; the array is the caller's, for free().
static int64_t *list_odd_codes(const LineNames *names, size_t *out_count)
{
    int64_t *codes = NULL;
    size_t count = 0;
    size_t capacity = 0;

    for (size_t kind = KIND_RELEASE; kind <= KIND_RECORDING; kind++)
        for (size_t i = names->kinds[kind].known_count; i < names->kinds[kind].count; i++)
            if (names->kinds[kind].things[i].number < CODE_NONE) {
                MEMORY_GROW(codes, count, capacity);
                codes[count++] = names->kinds[kind].things[i].number;
            }
    *out_count = count;
    return codes;
}

static Status ask_for_codes(LineNames *names, Error *error)
{
    CodesByBucket releases = {0};
    CodesByBucket recordings = {0};
    size_t odd_count = 0;
    int64_t *odd = list_odd_codes(names, &odd_count);

    list_codes(&names->kinds[KIND_RELEASE], &releases);
    list_codes(&names->kinds[KIND_RECORDING], &recordings);

    Status status = store_send(
        names->store, &sql_line_names,
        PARAMS(param_int64(names->run), param_text_array(releases.texts, BUCKETS),
               param_text_array(recordings.texts, BUCKETS), param_int64_array(odd, odd_count)),
        error);

    names->has_asked = status == STATUS_OK;
    free_codes(&releases);
    free_codes(&recordings);
    free(odd);
    return status;
}

Status line_names_ask(LineNames *names, const uint64_t records[], size_t count, size_t words,
                      LineNamed *named, Error *error)
{
    static const size_t word_of[LINE_NAME_KINDS] = {LINE_RELEASE, LINE_RECORDING, LINE_RATE};
    Status status = STATUS_OK;
    bool is_new[LINE_NAME_KINDS];

    assert(!names->has_asked);
    reserve(named, count);
    for (size_t i = 0; i < LINE_NAME_KINDS; i++) {
        want_all(&names->kinds[i], records + word_of[i], count, words, named->places[i]);
        is_new[i] = names->kinds[i].count > names->kinds[i].known_count;
    }
    if (is_new[KIND_RATE])
        TRY(look_up_rates(names, error));
    if (is_new[KIND_RELEASE] || is_new[KIND_RECORDING])
        TRY(ask_for_codes(names, error));

cleanup:
    return status;
}

/** What was found for the things of a kind that were asked for. */
typedef struct Found {
    Slice *titles;
    Slice *odd_texts;
} Found;

static void take_text(const Things *things, int64_t code, const char *text, Slice texts[])
{
    size_t place = 0;

    if (find(things, code, &place) && is_asked_for(things, place))
        texts[place - things->known_count] = slice_of(text);
}

static void append_code(Text *texts, Kind kind, int64_t code, Slice odd)
{
    char printed[CODE_TEXT_BYTES];
    CsvCell cell = {.bytes = odd, .is_text = true};

    if (code >= CODE_NONE)
        cell.bytes = slice_of(kind == KIND_RELEASE ? code_print_gtin(code, printed)
                                                   : code_print_isrc(code, printed));
    csv_append_cell(texts, &cell);
}

static void keep_codes(Things *things, Kind kind, const Found *found)
{
    for (size_t i = things->known_count; i < things->count; i++) {
        Thing *thing = &things->things[i];
        CsvCell title = {.bytes = found->titles[i - things->known_count], .is_text = true};

        thing->cells_offset = things->texts.size_bytes;
        append_code(&things->texts, kind, thing->number, found->odd_texts[i - things->known_count]);
        text_append_byte(&things->texts, ',');
        csv_append_cell(&things->texts, &title);
        thing->cells_bytes = things->texts.size_bytes - thing->cells_offset;
    }
    things->known_count = things->count;
}

Status line_names_take(LineNames *names, Error *error)
{
    Status status = STATUS_OK;
    Found found[] = {[KIND_RELEASE] = {0}, [KIND_RECORDING] = {0}};
    Rows *rows = NULL;

    if (!names->has_asked)
        return STATUS_OK;
    names->has_asked = false;
    TRY(store_receive(names->store, &rows, error));
    for (size_t kind = 0; kind < COUNT_OF(found); kind++) {
        size_t count = names->kinds[kind].count - names->kinds[kind].known_count;

        found[kind].titles = MEMORY_NEW(Slice, count);
        found[kind].odd_texts = MEMORY_NEW(Slice, count);
    }
    for (size_t i = 0; i < rows_count(rows); i++) {
        const char *kind = rows_text(rows, i, "kind");
        int64_t code = rows_int64(rows, i, "code");
        const char *text = rows_text(rows, i, "text");

        for (size_t k = 0; k < COUNT_OF(found); k++) // an odd code is of one of the two
            if (text_equal(kind, "odd"))
                take_text(&names->kinds[k], code, text, found[k].odd_texts);
            else if (text_equal(kind, k == KIND_RELEASE ? "release" : "recording"))
                take_text(&names->kinds[k], code, text, found[k].titles);
    }
    for (size_t kind = 0; kind < COUNT_OF(found); kind++)
        keep_codes(&names->kinds[kind], (Kind)kind, &found[kind]);

cleanup:
    for (size_t kind = 0; kind < COUNT_OF(found); kind++) {
        free(found[kind].titles);
        free(found[kind].odd_texts);
    }
    rows_free(rows);
    return status;
}

static Slice cells_of(const Things *things, uint32_t place)
{
    const Thing *thing = &things->things[place];

    assert(place < things->known_count); // it was taken
    return (Slice){things->texts.bytes + thing->cells_offset, thing->cells_bytes};
}

Slice line_names_release(const LineNames *names, const LineNamed *named, size_t line)
{
    return cells_of(&names->kinds[KIND_RELEASE], named->places[KIND_RELEASE][line]);
}

Slice line_names_recording(const LineNames *names, const LineNamed *named, size_t line)
{
    return cells_of(&names->kinds[KIND_RECORDING], named->places[KIND_RECORDING][line]);
}

const LineRate *line_names_rate(const LineNames *names, const LineNamed *named, size_t line,
                                Slice *out_cells)
{
    uint32_t place = named->places[KIND_RATE][line];

    *out_cells = cells_of(&names->kinds[KIND_RATE], place);
    return &names->rates[place];
}
