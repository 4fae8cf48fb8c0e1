#include "payout/line_names.h"

#include "base/csv_file.h"
#include "base/memory.h"
#include "cells/index.h"
#include "payout/line_record.h"
#include "sql.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

enum { THINGS_MAX = 1 << 18 }; // of a kind that are kept from one look-up to the next

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
    size_t known_count; // of them; those behind are being looked up
    Text texts;
    uint32_t *places; // of what the lines name, by line
    size_t line_capacity;
} Things;

typedef enum Kind { KIND_RELEASE, KIND_RECORDING, KIND_RATE, KINDS } Kind;

struct LineNames {
    Store *store;
    int64_t run;
    Things kinds[KINDS];
    LineRate *rates; // beside the things of their kind
};

LineNames *line_names_new(Store *store, int64_t run)
{
    LineNames *names = MEMORY_NEW(LineNames, 1);

    names->store = store;
    names->run = run;
    return names;
}

void line_names_free(LineNames *names)
{
    if (names == NULL)
        return;
    for (size_t i = 0; i < KINDS; i++) {
        index_clear(&names->kinds[i].index);
        free(names->kinds[i].things);
        text_free(&names->kinds[i].texts);
        free(names->kinds[i].places);
    }
    free(names->rates);
    free(names);
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

static void forget(Things *things)
{
    index_clear(&things->index);
    things->count = 0;
    things->known_count = 0;
    text_clear(&things->texts);
}

// The place of a thing, which is looked up where it is new.
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
static void want_all(Things *things, const uint64_t first[], size_t count, size_t words)
{
    if (things->count > THINGS_MAX)
        forget(things);
    if (count > things->line_capacity) {
        things->line_capacity = count;
        things->places = memory_resize(things->places, count, sizeof things->places[0]);
    }
    for (size_t i = 0; i < count; i++)
        things->places[i] = i > 0 && first[i * words] == first[(i - 1) * words]
                                ? things->places[i - 1]
                                : want(things, line_number(first[i * words]));
}

/** Of things that are looked up: their numbers, and what was found for each. */
typedef struct Wanted {
    int64_t *numbers;
    Slice *codes; // release and recording
    Slice *titles;
    size_t count;
} Wanted;

static Wanted wanted_of(const Things *things)
{
    Wanted wanted = {.count = things->count - things->known_count};

    wanted.numbers = MEMORY_NEW(int64_t, wanted.count);
    wanted.codes = MEMORY_NEW(Slice, wanted.count);
    wanted.titles = MEMORY_NEW(Slice, wanted.count);
    for (size_t i = 0; i < wanted.count; i++)
        wanted.numbers[i] = things->things[things->known_count + i].number;
    return wanted;
}

static void wanted_free(Wanted *wanted)
{
    free(wanted->numbers);
    free(wanted->codes);
    free(wanted->titles);
}

/** Puts the texts of a result's column to the things that its codes name. */
static void take_texts(const Things *things, const Rows *rows, const char *column, Slice texts[])
{
    for (size_t i = 0; i < rows_count(rows); i++) {
        size_t place = 0;
        bool is_there = find(things, rows_int64(rows, i, "code"), &place);

        assert(is_there && place >= things->known_count); // only what was asked for is answered
        (void)is_there;
        texts[place - things->known_count] = slice_of(rows_text(rows, i, column));
    }
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

static void keep_codes(Things *things, Kind kind, const Wanted *wanted)
{
    for (size_t i = 0; i < wanted->count; i++) {
        Thing *thing = &things->things[things->known_count + i];
        CsvCell title = {.bytes = wanted->titles[i], .is_text = true};

        thing->cells_offset = things->texts.size_bytes;
        append_code(&things->texts, kind, thing->number, wanted->codes[i]);
        text_append_byte(&things->texts, ',');
        csv_append_cell(&things->texts, &title);
        thing->cells_bytes = things->texts.size_bytes - thing->cells_offset;
    }
    things->known_count = things->count;
}

static Status look_up_codes(LineNames *names, Kind kind, Error *error)
{
    static const Statement *const statements[] = {
        [KIND_RELEASE] = &sql_line_release_titles, [KIND_RECORDING] = &sql_line_recording_titles};
    Status status = STATUS_OK;
    Things *things = &names->kinds[kind];
    Wanted wanted = wanted_of(things);
    Rows *titles = NULL;
    Rows *odd = NULL;
    bool has_odd = false;

    for (size_t i = 0; i < wanted.count; i++)
        has_odd |= wanted.numbers[i] < CODE_NONE;
    TRY(store_query(
        names->store, statements[kind],
        PARAMS(param_int64(names->run), param_int64_array(wanted.numbers, wanted.count)), &titles,
        error));
    take_texts(things, titles, "title", wanted.titles);
    if (has_odd) {
        TRY(store_query(names->store, &sql_line_odd_codes,
                        PARAMS(param_int64_array(wanted.numbers, wanted.count)), &odd, error));
        take_texts(things, odd, "text", wanted.codes);
    }
    keep_codes(things, kind, &wanted);

cleanup:
    rows_free(titles);
    rows_free(odd);
    wanted_free(&wanted);
    return status;
}

static Status keep_rate(LineNames *names, const Rows *rows, size_t row, Error *error)
{
    Things *things = &names->kinds[KIND_RATE];
    const char *rate = rows_text(rows, row, "rate");
    const char *basis = rows_text(rows, row, "basis");
    size_t place = 0;

    if (!find(things, rows_int64(rows, row, "id"), &place))
        return error_set(error, STATUS_BUG, "a rate came that was not asked for");

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

static Status look_up_rates(LineNames *names, Error *error)
{
    Status status = STATUS_OK;
    Things *things = &names->kinds[KIND_RATE];
    Wanted wanted = wanted_of(things);
    Rows *rows = NULL;

    names->rates = memory_resize(names->rates, things->capacity, sizeof names->rates[0]);
    TRY(store_query(names->store, &sql_line_rates,
                    PARAMS(param_int64_array(wanted.numbers, wanted.count)), &rows, error));
    if (rows_count(rows) != wanted.count)
        TRY(error_set(error, STATUS_BUG, "%zu rates were asked for, %zu are there", wanted.count,
                      rows_count(rows)));
    for (size_t i = 0; i < rows_count(rows); i++)
        TRY(keep_rate(names, rows, i, error));
    things->known_count = things->count;

cleanup:
    rows_free(rows);
    wanted_free(&wanted);
    return status;
}

Status line_names_look_up(LineNames *names, const uint64_t records[], size_t count, size_t words,
                          Error *error)
{
    static const size_t word_of[KINDS] = {LINE_RELEASE, LINE_RECORDING, LINE_RATE};
    Status status = STATUS_OK;

    for (size_t kind = 0; kind < KINDS; kind++) {
        Things *things = &names->kinds[kind];

        want_all(things, records + word_of[kind], count, words);
        if (things->count == things->known_count)
            continue;
        TRY(kind == KIND_RATE ? look_up_rates(names, error)
                              : look_up_codes(names, (Kind)kind, error));
    }

cleanup:
    return status;
}

static Slice cells_of(const Things *things, size_t line)
{
    const Thing *thing = &things->things[things->places[line]];

    return (Slice){things->texts.bytes + thing->cells_offset, thing->cells_bytes};
}

Slice line_names_release(const LineNames *names, size_t line)
{
    return cells_of(&names->kinds[KIND_RELEASE], line);
}

Slice line_names_recording(const LineNames *names, size_t line)
{
    return cells_of(&names->kinds[KIND_RECORDING], line);
}

const LineRate *line_names_rate(const LineNames *names, size_t line, Slice *out_cells)
{
    *out_cells = cells_of(&names->kinds[KIND_RATE], line);
    return &names->rates[names->kinds[KIND_RATE].places[line]];
}
