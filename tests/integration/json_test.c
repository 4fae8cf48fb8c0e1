#include "store/json.h"

#include "support/scratch.h"
#include "support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_json(json_t *taken_json, const char *expected)
{
    char *text = json_dumps(taken_json, JSON_COMPACT | JSON_ENCODE_ANY);

    assert_string_equal(text, expected);
    free(text);
    json_decref(taken_json);
}

static void what_a_double_would_bend_stays_text(void **state)
{
    StoreFixture *fixture = *state;
    Rows *rows = NULL;
    STATEMENT(
        all_kinds,
        "SELECT 7::smallint AS small, -2147483648 AS medium, 9007199254740993::bigint AS wide,"
        "       0.10::numeric AS amount, true AS yes, false AS no, 'ä\"'::text AS name,"
        "       date '2024-02-29' AS day, '{\"b\": [1, \"2\"]}'::jsonb AS json,"
        "       'null'::jsonb AS json_null, NULL::integer AS nothing");

    assert_ok(fixture, store_query(fixture->store, &all_kinds, NO_PARAMS, &rows, &fixture->error));
    assert_json(json_of_row(rows, 0),
                "{\"small\":7,\"medium\":-2147483648,\"wide\":\"9007199254740993\","
                "\"amount\":\"0.10\",\"yes\":true,\"no\":false,\"name\":\"ä\\\"\","
                "\"day\":\"2024-02-29\",\"json\":{\"b\":[1,\"2\"]},\"json_null\":null,"
                "\"nothing\":null}");
    rows_free(rows);
}

static void rows_are_an_array_in_their_order(void **state)
{
    StoreFixture *fixture = *state;
    Rows *rows = NULL;
    STATEMENT(some, "SELECT n FROM generate_series(1, $1::integer) AS n ORDER BY n DESC");

    assert_ok(fixture,
              store_query(fixture->store, &some, PARAMS(param_int64(3)), &rows, &fixture->error));
    assert_json(json_of_rows(rows), "[{\"n\":3},{\"n\":2},{\"n\":1}]");
    rows_free(rows);
    assert_ok(fixture,
              store_query(fixture->store, &some, PARAMS(param_int64(0)), &rows, &fixture->error));
    assert_json(json_of_rows(rows), "[]");
    rows_free(rows);
}

static void a_wide_number_is_text(void **state)
{
    (void)state;
    assert_json(json_wide(INT64_MIN), "\"-9223372036854775808\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(what_a_double_would_bend_stays_text),
        STORE_TEST(rows_are_an_array_in_their_order),
        STORE_TEST(a_wide_number_is_text),
    };

    return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
