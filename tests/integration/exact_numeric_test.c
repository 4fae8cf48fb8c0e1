/** Exact (base/exact.h) against PostgreSQL's numeric, whose text it reads and writes. */
#include "base/exact.h"

#include "base/memory.h"
#include "support/random.h"
#include "support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { TRIPLES = 3000, FACTORS = 3, DIGITS_MAX = 40 };

/** A number as numeric takes it, of up to 40 digits on either side; for free(). */
static char *random_number(Random *random)
{
    Text text = {0};
    size_t digits = 1 + (size_t)random_below(random, DIGITS_MAX);
    size_t behind = (size_t)random_below(random, DIGITS_MAX);

    if (random_once_in(random, 2))
        text_append_byte(&text, '-');
    for (size_t i = 0; i < digits + behind; i++) {
        if (i == digits)
            text_append_byte(&text, '.');
        text_append_byte(&text,
                         (char)('0' + (random_once_in(random, 3) ? 0 : random_below(random, 10))));
    }
    return text_take(&text);
}

static Exact parsed(const char *text)
{
    Exact exact = {0};

    if (!exact_parse(slice_of(text), &exact))
        fail_msg("\"%s\" was not parsed", text);
    return exact;
}

static void assert_same(const Exact *exact, const char *numeric)
{
    char text[EXACT_TEXT_BYTES];

    (void)exact_print(exact, text);
    assert_string_equal(text, numeric);
}

static void products_sums_and_orders_are_those_of_numeric(void **state)
{
    StoreFixture *fixture = *state;
    STATEMENT(computed, "SELECT trim_scale(a) AS number, trim_scale(a * b * c) AS product, "
                        "       trim_scale(a * b + c) AS sum, sign(a - b)::integer AS sign"
                        "  FROM unnest($1::numeric[], $2::numeric[], $3::numeric[]) "
                        "       WITH ORDINALITY AS t (a, b, c, place) ORDER BY place");
    Random random = {17};
    char **texts[FACTORS];
    Rows *rows = NULL;

    for (size_t f = 0; f < FACTORS; f++) {
        texts[f] = MEMORY_NEW(char *, TRIPLES);
        for (size_t i = 0; i < TRIPLES; i++)
            texts[f][i] = random_number(&random);
    }
    assert_ok(fixture, store_query(fixture->store, &computed,
                                   PARAMS(param_text_array((const char *const *)texts[0], TRIPLES),
                                          param_text_array((const char *const *)texts[1], TRIPLES),
                                          param_text_array((const char *const *)texts[2], TRIPLES)),
                                   &rows, &fixture->error));
    for (size_t i = 0; i < TRIPLES; i++) {
        Exact a = parsed(texts[0][i]);
        Exact b = parsed(texts[1][i]);
        Exact c = parsed(texts[2][i]);
        Exact pair;
        Exact product;

        assert_same(&a, rows_text(rows, i, "number"));
        assert_true(exact_multiply(&a, &b, &pair));
        assert_true(exact_multiply(&pair, &c, &product));
        assert_same(&product, rows_text(rows, i, "product"));
        assert_true(exact_add(&pair, &c));
        assert_same(&pair, rows_text(rows, i, "sum"));
        assert_int_equal(exact_compare(&a, &b), rows_int64(rows, i, "sign"));
    }
    rows_free(rows);
    for (size_t f = 0; f < FACTORS; f++) {
        for (size_t i = 0; i < TRIPLES; i++)
            free(texts[f][i]);
        free(texts[f]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(products_sums_and_orders_are_those_of_numeric),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
