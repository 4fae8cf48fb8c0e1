/** Packed numbers (cells/packed.h): what C and SQL make of the same numbers is the same. */
#include "cells/packed.h"

#include "base/memory.h"
#include "support/random.h"
#include "support/scratch.h"
#include "support/store_fixture.h"
#include "support/usage_seed.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { COLUMNS = 400, NUMBERS_MAX = 40 };

/** Numbers around any base, some of them far from the others; at least one. */
static size_t random_numbers(Random *random, int64_t numbers[NUMBERS_MAX])
{
    static const unsigned bits[] = {0, 3, 8, 9, 16, 17, 32, 33, 63};
    unsigned span_bits = bits[random_below(random, COUNT_OF(bits))];
    unsigned base_bits = bits[random_below(random, COUNT_OF(bits))];
    int64_t base = (int64_t)(random_next(random) >> (63 - base_bits)) / 4;
    size_t count = 1 + (size_t)random_below(random, NUMBERS_MAX - 1);

    for (size_t i = 0; i < count; i++) {
        numbers[i] = base + (int64_t)(random_next(random) >> (63 - span_bits)) / 4;
        if (random_once_in(random, 3))
            numbers[i] = -numbers[i];
    }
    return count;
}

static void c_and_sql_pack_and_unpack_alike(void **state)
{
    StoreFixture *fixture = *state;
    STATEMENT(packed,
              "SELECT tidemark.pack($1::bigint[]) AS bytes,"
              "       tidemark.unpack($2::bytea, $3::integer) AS numbers,"
              "       tidemark.is_packed($2::bytea, $3::integer)"
              "       AND NOT tidemark.is_packed($2::bytea || '\\x00', $3::integer) AS is_packed");
    Random random = {5};
    bool had_width[PACKED_WIDTH_MAX + 1] = {false};

    for (int i = 0; i < COLUMNS; i++) {
        int64_t numbers[NUMBERS_MAX];
        int64_t unpacked[NUMBERS_MAX];
        uint8_t bytes[PACKED_HEAD_BYTES + NUMBERS_MAX * PACKED_WIDTH_MAX];
        size_t count = random_numbers(&random, numbers);
        size_t size_bytes = packed_write(numbers, count, bytes);
        Rows *rows = NULL;

        had_width[bytes[0]] = true;
        assert_ok(fixture, store_query_row(fixture->store, &packed,
                                           PARAMS(param_int64_array(numbers, count),
                                                  param_bytes(bytes, size_bytes),
                                                  param_int64((int64_t)count)),
                                           &rows, &fixture->error));
        assert_true(rows_bool(rows, 0, "is_packed"));
        assert_int_equal(rows_bytes(rows, 0, "bytes").size_bytes, size_bytes);
        assert_memory_equal(rows_bytes(rows, 0, "bytes").bytes, bytes, size_bytes);
        rows_int64_array(rows, 0, "numbers", unpacked, count);
        assert_memory_equal(unpacked, numbers, count * sizeof numbers[0]);
        rows_free(rows);
    }
    for (int width = 0; width <= PACKED_WIDTH_MAX; width = width == 0 ? 1 : 2 * width)
        assert_true(had_width[width]);
}

static void cells_that_are_folded_unfold_as_they_were(void **state)
{
    (void)state;
    assert_value("SELECT string_agg(concat_ws(' ', cell.release, cell.recording, cell.market,"
                 "       cell.streams, cell.monetised, cell.amount, cell.pair), ', ')"
                 "  FROM tidemark.fold('{0,0,1,2}', '{7,8,7,300}', '{10,-20,30,1000000}',"
                 "                     '{1,0,0,0}', '{0.5,1,2,3}') AS chunk"
                 " CROSS JOIN LATERAL tidemark.unfold(chunk.cells, 3, tidemark.pack('{5,5,9}'),"
                 "       tidemark.pack('{1,2,2}'), chunk.pairs, chunk.markets, chunk.streams, "
                 "chunk.monetised,"
                 "       '{0.5,1,2,3}') AS cell",
                 "5 1 7 10 1 0.5 1, 5 1 8 -20 0 1 1, 5 2 7 30 0 2 2, 9 2 300 1000000 0 3 3");
    assert_value("SELECT concat_ws(' ', cells, total_streams, total_monetised, total_amount)"
                 "  FROM tidemark.fold('{0,0,1}', '{7,8,7}', '{10,-20,30}', '{1,0,0}', NULL)",
                 "3 20 1 0");
    assert_value("SELECT count(*) FROM tidemark.fold(NULL, NULL, NULL, NULL, NULL)", "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEEDED_TEST(c_and_sql_pack_and_unpack_alike),
        SEEDED_TEST(cells_that_are_folded_unfold_as_they_were),
    };

    return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
