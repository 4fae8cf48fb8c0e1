#include "support/cell_rows.h"

#include "base/memory.h"
#include "cells/packed.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

const CellRow plain_cell_row = {
    .from = 20000,
    .to = 20000,
    .recording = 7,
    .release = 9,
    .territory = "DE",
    .tier = "premium",
    .streams = 1,
    .monetised = 1,
};

void add_cell_row(RowBlock *block, bool is_new[], const CellRow *row)
{
    size_t i = block->count++;

    is_new[i] = !row->is_old;
    block->lines[i] = 100 + (int64_t)i;
    block->period_from[i] = row->from;
    block->period_to[i] = row->to;
    block->recordings[i] = row->recording;
    block->releases[i] = row->release;
    block->recording_texts[i] = slice_of(row->recording_text);
    block->release_texts[i] = slice_of(row->release_text);
    block->territories[i] = slice_of(row->territory);
    block->tiers[i] = slice_of(row->tier);
    block->streams[i] = row->streams;
    block->monetised[i] = row->monetised;
    block->has_amounts = row->amount != NULL;
    block->currencies[i] = slice_of(row->currency);
    if (row->amount != NULL)
        assert_int_equal(decimal_parse(slice_of(row->amount), '.', &block->amounts[i]),
                         DECIMAL_PARSED);
}

Status count_cell_block(Cells *cells, const CellRow rows[], size_t count, Error *error)
{
    RowBlock *block = MEMORY_NEW(RowBlock, 1);
    bool *is_new = MEMORY_NEW(bool, BLOCK_ROWS);
    Status status;

    for (size_t i = 0; i < count; i++)
        add_cell_row(block, is_new, &rows[i]);
    status = cells_count(cells, block, is_new, error);
    free(block);
    free(is_new);
    return status;
}

void count_cell_rows(Cells *cells, const CellRow rows[], size_t count)
{
    Error error = {0};

    assert_int_equal(count_cell_block(cells, rows, count, &error), STATUS_OK);
}

int32_t cell_market_number(Slice territory, Slice tier)
{
    int32_t number = (int32_t)tier.size_bytes - 6; // negative ones are numbers too

    for (size_t i = 0; i < territory.size_bytes; i++)
        number = number * 29 - territory.bytes[i];
    return number;
}

Code cell_odd_number(Slice text, bool is_release)
{
    Code number = is_release ? 2 : 1;

    for (size_t i = 0; i < text.size_bytes; i++)
        number = (number * 131 + text.bytes[i]) % (INT64_C(1) << 40);
    return -number;
}

void give_cell_numbers(Cells *cells)
{
    size_t market_count = cells_market_count(cells);
    size_t odd_count = cells_odd_count(cells);
    int32_t *markets = MEMORY_NEW(int32_t, market_count);
    Code *odd = MEMORY_NEW(Code, odd_count);

    for (size_t i = 0; i < market_count; i++)
        markets[i] =
            cell_market_number(cells_market_territory(cells, i), cells_market_tier(cells, i));
    for (size_t i = 0; i < odd_count; i++)
        odd[i] = cell_odd_number(cells_odd_text(cells, i), cells_odd_is_release(cells, i));
    cells_number_markets(cells, markets);
    cells_number_odd(cells, odd);
    free(markets);
    free(odd);
}

static void check_totals(const PlainChunk *plain, const CellsTotals *told)
{
    CellsTotals sums = {.cells = (int64_t)plain->count};

    for (size_t i = 0; i < plain->count; i++) {
        sums.streams += plain->streams[i];
        sums.monetised += plain->monetised[i];
        if (plain->amounts != NULL)
            decimal_add(&sums.amount, &plain->amounts[i]);
    }
    assert_same_cells_totals(told, &sums);
}

static void unpack(Slice packed, int64_t numbers[], size_t count)
{
    Error error = {0};

    assert_int_equal(packed_read(packed.bytes, packed.size_bytes, numbers, count, &error),
                     STATUS_OK);
}

static void place_pairs(PlainChunk *plain, const CellChunk *chunk)
{
    int64_t pairs[CHUNK_CELLS_MAX];
    Code releases[CHUNK_CELLS_MAX];
    Code recordings[CHUNK_CELLS_MAX];

    assert_in_range(chunk->pair_count, 1, chunk->count);
    unpack(chunk->pairs, pairs, chunk->count);
    unpack(chunk->releases, releases, chunk->pair_count);
    unpack(chunk->recordings, recordings, chunk->pair_count);
    assert_int_equal(pairs[0], 0);
    for (size_t i = 0; i < plain->count; i++) {
        assert_true(i == 0 || pairs[i] == pairs[i - 1] || pairs[i] == pairs[i - 1] + 1);
        plain->releases[i] = releases[pairs[i]];
        plain->recordings[i] = recordings[pairs[i]];
    }
    assert_int_equal(pairs[plain->count - 1] + 1, chunk->pair_count);
    for (size_t i = 1; i < chunk->pair_count; i++)
        assert_true(releases[i - 1] != releases[i] || recordings[i - 1] != recordings[i]);
}

bool next_plain_chunk(Cells *cells, PlainChunk *out_chunk)
{
    CellChunk chunk;

    if (!cells_next_chunk(cells, &chunk))
        return false;
    out_chunk->bucket = chunk.bucket;
    out_chunk->period_from = chunk.period_from;
    out_chunk->period_to = chunk.period_to;
    out_chunk->currency = chunk.currency;
    out_chunk->count = chunk.count;
    out_chunk->amounts = chunk.amounts;
    assert_in_range(chunk.count, 1, CHUNK_CELLS_MAX);
    unpack(chunk.markets, out_chunk->markets, chunk.count);
    unpack(chunk.streams, out_chunk->streams, chunk.count);
    unpack(chunk.monetised, out_chunk->monetised, chunk.count);
    place_pairs(out_chunk, &chunk);
    check_totals(out_chunk, &chunk.totals);
    return true;
}

char *dump_cell_chunks(Cells *cells)
{
    Text text = {0};
    char amount[DECIMAL_TEXT_BYTES];

    for (PlainChunk chunk; next_plain_chunk(cells, &chunk);) {
        text_append_format(&text, "%d %d-%d \"%.*s\"\n", chunk.bucket, chunk.period_from,
                           chunk.period_to, SLICE_ARGUMENTS(chunk.currency));
        assert_int_equal(chunk.amounts == NULL, chunk.currency.size_bytes == 0);
        for (size_t i = 0; i < chunk.count; i++)
            text_append_format(
                &text, "  %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %s\n",
                chunk.releases[i], chunk.recordings[i], chunk.markets[i], chunk.streams[i],
                chunk.monetised[i],
                chunk.amounts == NULL ? "" : decimal_print(&chunk.amounts[i], amount));
    }
    return text_take(&text);
}

void assert_same_cells_totals(const CellsTotals *left, const CellsTotals *right)
{
    assert_int_equal(left->cells, right->cells);
    assert_int_equal(left->streams, right->streams);
    assert_int_equal(left->monetised, right->monetised);
    assert_true(decimal_equal(&left->amount, &right->amount));
}

static const char *pick(Random *random, const char *const texts[], size_t count)
{
    return texts[random_below(random, count)];
}

CellRow *random_cell_rows(Random *random, size_t count, bool has_amounts)
{
    static const char *const odd[] = {"GRID-1", "?", "0012", "a much longer text than a code has"};
    static const char *const territories[] = {"DE", "FR", "US", ""};
    static const char *const tiers[] = {"premium", "free", ""};
    static const char *const amounts[] = {"0.1", "-0.1", "0.00000000000000000000000000000000000001",
                                          "12345678901234567890.5", "0"};
    static const char *const currencies[] = {"USD", "EUR", "JPY"};
    CellRow *rows = MEMORY_NEW(CellRow, count);

    for (size_t i = 0; i < count; i++) {
        rows[i] = (CellRow){
            .from = 20000 + (Day)random_below(random, 3),
            .to = 20002 + (Day)random_below(random, 2),
            .recording = (Code)random_below(random, 12) - 1,
            .recording_text = pick(random, odd, COUNT_OF(odd)),
            .release = (Code)random_below(random, 6) * 1000000 - 1000000,
            .release_text = pick(random, odd, COUNT_OF(odd)),
            .territory = pick(random, territories, COUNT_OF(territories)),
            .tier = pick(random, tiers, COUNT_OF(tiers)),
            .streams = (int64_t)random_below(random, 7) - 3,
            .monetised = (int64_t)random_below(random, 3) - 1,
            .amount = has_amounts ? pick(random, amounts, COUNT_OF(amounts)) : NULL,
            .currency = pick(random, currencies, COUNT_OF(currencies)),
            .is_old = random_once_in(random, 10),
        };
        if (rows[i].release < 0)
            rows[i].release = CODE_ODD;
    }
    return rows;
}

Cells *cells_counted_in_blocks(Random *random, const CellRow rows[], size_t count)
{
    Cells *cells = cells_new(CELLS_MEMORY_BYTES);

    for (size_t begin = 0; begin < count;) {
        size_t size = (size_t)random_below(random, random_once_in(random, 2) ? 10 : BLOCK_ROWS);

        size = size < count - begin ? size : count - begin;
        count_cell_rows(cells, &rows[begin], size);
        begin += size;
    }
    give_cell_numbers(cells);
    return cells;
}
