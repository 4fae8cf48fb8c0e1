#include "support/demo.h"

#include "base/files.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// The fixtures give what fixtures/expected/ says, byte for byte. What a change is meant to change is
// written there anew with FIXTURES_WRITE=1, and read in the review.

enum { EXPECTED_BYTES_MAX = 1 << 20 };

typedef struct Expected {
    const char *file;
    const char *sql; // one text
} Expected;

#define CSV_OF(header, row, order, from)                                                \
    "SELECT '" header "' || E'\\n' || string_agg(" row " || E'\\n', '' ORDER BY " order \
    ") FROM " from

static const Expected rows[] = {
    {"cells.csv",
     CSV_OF("feed,from,to,isrc,release,territory,tier,streams,monetised,currency,amount",
            "format('%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s', feed, lower(period), upper(period) - 1, "
            "isrc, release, territory, tier, streams, monetised, currency, amount)",
            "feed COLLATE \"C\", period, isrc COLLATE \"C\", release COLLATE \"C\", "
            "territory COLLATE \"C\", tier COLLATE \"C\", currency COLLATE \"C\"",
            "(SELECT feed, period, isrc, release, territory, tier, currency, "
            "sum(streams) AS streams, sum(monetised) AS monetised, "
            "trim_scale(sum(amount)) AS amount FROM tidemark.usage_cell "
            "GROUP BY feed, period, isrc, release, territory, tier, currency) AS cell")},
    {"suspense.csv",
     CSV_OF(
         "reason,feed,from,to,isrc,release,territory,tier,streams,monetised",
         "format('%s,%s,%s,%s,%s,%s,%s,%s,%s,%s', reason, feed, period_from, period_to, isrc, "
         "release, territory, tier, streams, monetised)",
         "reason, feed COLLATE \"C\", period_from, isrc COLLATE \"C\", release COLLATE \"C\", "
         "territory COLLATE \"C\", tier COLLATE \"C\"",
         "(SELECT reason, feed.name AS feed, period_from, period_to, "
         "tidemark.recording_text(recording) AS isrc, tidemark.release_text(release) AS release, "
         "market.territory, market.tier, sum(streams) AS streams, sum(monetised) AS monetised "
         "FROM tidemark.suspense JOIN tidemark.feed ON feed.id = suspense.feed "
         "LEFT JOIN tidemark.market ON market.id = suspense.market "
         "GROUP BY reason, feed.name, period_from, period_to, recording, release, territory, "
         "tier HAVING sum(streams) <> 0 OR sum(monetised) <> 0) AS waiting")},
    {"balances.csv",
     CSV_OF("payee,currency,earned,requested,balance",
            "format('%s,%s,%s,%s,%s', payee, currency, trim_scale(earned), trim_scale(requested), "
            "trim_scale(balance))",
            "payee COLLATE \"C\", currency COLLATE \"C\"", "tidemark.payee_balance")},
};

static char *read_text(const char *path)
{
    Error error = {0};
    char *text = NULL;
    size_t size_bytes = 0;

    if (file_read(path, EXPECTED_BYTES_MAX, &text, &size_bytes, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return text;
}

static void assert_is_expected(const char *folder, const char *file, const char *found)
{
    char *path = text_format("fixtures/expected/%s/%s", folder, file);

    if (getenv("FIXTURES_WRITE") != NULL) {
        Error error = {0};
        NewFile *written = NULL;

        if (new_file_open(path, &written, &error) != STATUS_OK ||
            new_file_write(written, found, strlen(found), &error) != STATUS_OK ||
            new_file_commit(written, &error) != STATUS_OK)
            fail_msg("%s", error.message);
        new_file_close(written);
    }

    char *expected = read_text(path);

    if (strcmp(found, expected) != 0)
        print_error("what is not as in %s:\n", path);
    assert_string_equal(found, expected);
    free(expected);
    free(path);
}

static char *replaced(char *taken_text, const char *old, const char *new)
{
    Text text = {0};
    const char *rest = taken_text;

    for (const char *place; (place = strstr(rest, old)) != NULL; rest = place + strlen(old)) {
        text_append_slice(&text, (Slice){rest, (size_t)(place - rest)});
        text_append(&text, new);
    }
    text_append(&text, rest);
    free(taken_text);
    return text_take(&text);
}

/** payments.csv but for what no two runs share: the payments' UETRs and the day. */
static char *payments_of(Night *night, int run)
{
    char *place = text_format("demo/payouts/%06d/payments.csv", run);
    char *text = read_text(night_path(night, place));
    char *day = night_value(night, "SELECT max(execution_date) FROM tidemark.payout_run");
    char *dated = text_format(",%s,ROYA,", day);
    char *query = text_format("SELECT string_agg(uetr::text, ' ') FROM tidemark.instruction "
                              "WHERE run = %d",
                              run);
    char *uetrs = night_value(night, query);
    char *rest = NULL;

    text = replaced(text, dated, ",DAY,ROYA,");
    for (char *uetr = strtok_r(uetrs, " ", &rest); uetr != NULL; uetr = strtok_r(NULL, " ", &rest))
        text = replaced(text, uetr, "UETR");
    free(uetrs);
    free(query);
    free(dated);
    free(day);
    free(place);
    return text;
}

static char *unpacked(Night *night, const char *place)
{
    night_run(night, 0, "gzip", "-dc", night_path(night, place), NULL);
    return memory_copy_text(night_out(night));
}

static void assert_run_is_expected(Night *night, const char *folder, int run)
{
    char *place = text_format("demo/payouts/%06d/lines.csv.gz", run);
    char *lines = unpacked(night, place);
    char *payments = payments_of(night, run);

    assert_is_expected(folder, "payments.csv", payments);
    assert_is_expected(folder, "lines.csv", lines);
    free(payments);
    free(lines);
    free(place);
}

static void assert_rows_are_expected(Night *night, const char *folder)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *found = night_value(night, rows[i].sql);

        assert_is_expected(folder, rows[i].file, found);
        free(found);
    }
}

static void the_fixtures_give_what_is_expected_of_them(void **state)
{
    Night *night = *state;

    free(demo_run(night, "night")); // two nights, of which the second must change nothing
    assert_rows_are_expected(night, "night");
    assert_run_is_expected(night, "night", 1);

    char *rejects =
        unpacked(night, "demo/rejects/wavecast/wavecast_2026-11-02.csv.gz.rejects.csv.gz");

    assert_is_expected("night", "rejects.csv", rejects);
    free(rejects);
    assert_night_value(night, "SELECT max(number) FROM tidemark.payout_run", "1");

    free(demo_run(night, "late"));
    assert_rows_are_expected(night, "late");
    assert_run_is_expected(night, "late", 2);
    assert_run_is_expected(night, "night", 1);

    demo_enter(night);
    night_run(night, 0, "tidemark-nightly", NULL);
    assert_rows_are_expected(night, "late");
    assert_night_value(night, "SELECT max(number) FROM tidemark.payout_run", "2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(the_fixtures_give_what_is_expected_of_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
