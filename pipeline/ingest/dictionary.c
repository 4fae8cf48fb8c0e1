#include "ingest/dictionary.h"

#include "base/memory.h"
#include "sql.h"

#include <stdlib.h>

Status dictionary_add_feed(Store *store, const Feed *feed, Error *error)
{
    Status status = STATUS_OK;
    const char *identity = feed->layout.identity == IDENTITY_LINE ? "line" : "column";

    TRY(store_execute(store, &sql_add_provider, PARAMS(param_text(feed->provider)), NULL, error));
    TRY(store_execute(store, &sql_add_feed,
                      PARAMS(param_text(feed->name), param_text(feed->provider),
                             param_text(identity), param_int64(feed->layout.first_id)),
                      NULL, error));
    TRY(store_execute(store, &sql_add_tide, PARAMS(param_text(feed->name)), NULL, error));

cleanup:
    return status;
}

// Pairs of texts, as two arrays; the texts are owned.
typedef struct Words {
    char **first;
    char **second;
    size_t count;
} Words;

static Words words_new(size_t count)
{
    return (Words){
        .first = MEMORY_NEW(char *, count),
        .second = MEMORY_NEW(char *, count),
        .count = count,
    };
}

static void words_clear(Words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        free(words->first[i]);
        free(words->second[i]);
    }
    free(words->first);
    free(words->second);
}

static Words market_words(const Cells *cells)
{
    Words words = words_new(cells_market_count(cells));

    for (size_t i = 0; i < words.count; i++) {
        words.first[i] = slice_copy(cells_market_territory(cells, i));
        words.second[i] = slice_copy(cells_market_tier(cells, i));
    }
    return words;
}

static Words odd_words(const Cells *cells)
{
    Words words = words_new(cells_odd_count(cells));

    for (size_t i = 0; i < words.count; i++) {
        words.first[i] = memory_copy_text(cells_odd_is_release(cells, i) ? "release" : "recording");
        words.second[i] = slice_copy(cells_odd_text(cells, i));
    }
    return words;
}

static Status read_numbers(const Rows *rows, const Words *words, int64_t numbers[], Error *error)
{
    for (size_t i = 0; i < words->count; i++) {
        if (rows_is_null(rows, i, "number")) // nobody takes words away
            return error_set(error, STATUS_BUG, "the word \"%s\" \"%s\" has no number",
                             words->first[i], words->second[i]);
        numbers[i] = rows_int64(rows, i, "number");
    }
    return STATUS_OK;
}

// Adds the words that are missing and asks for the numbers of all; *out_numbers is the caller's.
static Status number_words(Store *store, const Statement *add, const Statement *ask,
                           const Words *words, int64_t **out_numbers, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    int64_t *numbers = MEMORY_NEW(int64_t, words->count);
    Params params = PARAMS(param_text_array((const char *const *)words->first, words->count),
                           param_text_array((const char *const *)words->second, words->count));

    if (words->count > 0) {
        TRY(store_execute(store, add, params, NULL, error));
        TRY(store_query(store, ask, params, &rows, error));
        TRY(read_numbers(rows, words, numbers, error));
    }
    *out_numbers = numbers;
    numbers = NULL; // the caller's from here on

cleanup:
    free(numbers);
    rows_free(rows);
    return status;
}

static Status number_markets(Store *store, Cells *cells, Error *error)
{
    int64_t *numbers = NULL;
    Words words = market_words(cells);
    Status status =
        number_words(store, &sql_add_markets, &sql_market_numbers, &words, &numbers, error);

    if (status == STATUS_OK) {
        int32_t *markets = MEMORY_NEW(int32_t, words.count);

        for (size_t i = 0; i < words.count; i++)
            markets[i] = (int32_t)numbers[i];
        cells_number_markets(cells, markets);
        free(markets);
    }
    free(numbers);
    words_clear(&words);
    return status;
}

static Status number_odd_codes(Store *store, Cells *cells, Error *error)
{
    int64_t *numbers = NULL;
    Words words = odd_words(cells);
    Status status =
        number_words(store, &sql_add_odd_codes, &sql_odd_code_numbers, &words, &numbers, error);

    if (status == STATUS_OK)
        cells_number_odd(cells, numbers);
    free(numbers);
    words_clear(&words);
    return status;
}

Status dictionary_number_cells(Store *store, Cells *cells, Error *error)
{
    Status status = number_markets(store, cells, error);

    if (status == STATUS_OK)
        status = number_odd_codes(store, cells, error);
    return status;
}
