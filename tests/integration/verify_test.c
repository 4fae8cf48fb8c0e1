/** verify finds what was changed, and says it with both figures; what was not is found to hold. */
#include "support/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** A whole night from report files on: two of them, one with a reject, and a gap. */
static int whole_night(void **state)
{
    Night *night = NULL;
    int failed = money_begin(state);

    if (failed != 0)
        return failed;
    night = *state;
    night_write(night, "inbox/wavecast/a.csv.gz",
                "id,time,isrc,upc,country,tier,seconds\n"
                "1,2026-11-01T10:00:00," ISRC_1 "," UPC_1 ",DE,premium,200\n"
                "2,2026-11-01T10:00:00," ISRC_1 "," UPC_1 ",DE,premium,31\n"
                "3,2026-11-01T10:00:00," ISRC_2 "," UPC_1 ",FR,free,30\n"
                "4,never," ISRC_2 "," UPC_1 ",FR,free,30\n"
                "5,2026-11-01T10:00:00," ISRC_2 "," UPC_2 ",FR,free,90\n"
                "6,2026-11-01T10:00:00,XX,,FR,free,90\n"
                "7,2026-11-01T10:00:00," ISRC_1 "," UPC_1 ",DE,premium,200\n"
                "8,2026-11-01T10:00:00," ISRC_1 "," UPC_1 ",DE,premium,200\n"
                "9,2026-11-01T10:00:00," ISRC_1 "," UPC_1 ",DE,premium,200\n"
                "10,2026-11-01T10:00:00," ISRC_1 "," UPC_1 ",DE,premium,200\n");
    night_write(night, "inbox/wavecast/b.csv.gz",
                "id,time,isrc,upc,country,tier,seconds\n"
                "12,2026-11-02T10:00:00," ISRC_1 "," UPC_1 ",DE,premium,200\n");
    money_run(night, "UPDATE tidemark.payee SET minimum = 0");
    night_run(night, 0, "tidemark-ingest", NULL);
    money_accrue(night);
    night_run(night, 0, "tidemark-export", NULL);
    return 0;
}
#define WHOLE_NIGHT_TEST(test) cmocka_unit_test_setup_teardown(test, whole_night, night_end)

static void a_night_as_it_was_made_holds(void **state)
{
    Night *night = *state;
    const json_t *document = night_run_json(night, 0, "tidemark-verify", NULL);
    const json_t *checks = json_object_get(document, "checks");
    size_t index = 0;
    const json_t *check = NULL;

    assert_int_equal(json_array_size(checks), 13);
    json_array_foreach(checks, index, check)
    {
        assert_int_equal(json_integer_value(json_object_get(check, "breaches")), 0);
        // A check that compares nothing would hold whatever is broken.
        assert_true(json_integer_value(json_object_get(check, "compared")) > 0);
    }
    assert_night_value(night, "SELECT number FROM tidemark.payment_request", "1");
}

/** SQL that changes a thing, the check that finds it, and what that says. */
typedef struct Breach {
    const char *change;
    const char *check;
    const char *sentence;
} Breach;

#define ONE_MORE(column)                                                        \
    "tidemark.pack(ARRAY(SELECT number + 1 FROM unnest(tidemark.unpack(" column \
    ", cells)) AS number))"

static const Breach breaches[] = {
    {"UPDATE tidemark.report_file SET size_bytes = size_bytes + 1", "archive",
     "bytes, the ledger says"},
    {"DELETE FROM tidemark.reject", "files", "1 rows are rejected, 0 are kept"},
    {"UPDATE tidemark.tide SET counted = counted + 1", "files",
     "its live files brought 10 rows, its tide counts 11"},
    {"UPDATE tidemark.tide SET watermark = 2", "tides",
     "its tide says watermark 2, its live files make it 3"},
    {"UPDATE tidemark.tide SET missing = 9", "tides",
     "its tide says missing 9, its live files make it 2"},
    {"DELETE FROM tidemark.tide_part WHERE set = 'counted'", "tides",
     "its tide lacks ID 5, which a live file brought (7 such)"},
    {"UPDATE tidemark.tide_part SET ids = '\\x00'", "tides", "are no bitmap"},
    {"UPDATE tidemark.tide SET last_batch = 3", "batches",
     "2 batches, the highest is number 2, the tide says 3"},
    {"UPDATE tidemark.report_file SET state = 'revoked', state_reason = 'x'", "batches",
     "is revoked, but 1 batches count it and 0 take it out"},
    {"UPDATE tidemark.usage SET streams = " ONE_MORE("streams"), "cells", "streams,"},
    {"UPDATE tidemark.batch SET monetised = monetised + 1", "cells", "its buckets add up to"},
    {"DELETE FROM tidemark.accrual_bucket WHERE bucket = 7", "accruals",
     "accrual 1 is complete with 255 of 256 buckets"},
    {"UPDATE tidemark.release_usage SET streams = " ONE_MORE("streams"), "accruals",
     "are recorded as matched"},
    {"DELETE FROM tidemark.unplaced_usage", "accruals", "are recorded as suspended"},
    {"UPDATE tidemark.unplaced_usage SET streams = " ONE_MORE("streams"), "accruals",
     "are recorded as suspended"},
    {"UPDATE tidemark.unplaced_usage SET total_streams = total_streams + 1", "usage",
     "are with a release or in suspense"},
    {"UPDATE tidemark.release_usage SET monetised = " ONE_MORE("monetised"), "usage",
     "are with a release or in suspense"},
    {"UPDATE tidemark.unplaced_usage SET reason = 'no_code'", "places",
     "1 streams are in suspense (no_code), and belong in suspense (odd_recording)"},
    {"UPDATE tidemark.release SET since_version = 99 WHERE code = tidemark.gtin_code('" UPC_2 "')",
     "places", ", and belong in suspense (unknown_release)"},
    {"INSERT INTO tidemark.alias (bucket, kind, alias, target, validity, since_version) "
     "SELECT tidemark.bucket_of(code, 0), 'recording', code, tidemark.isrc_code('" ISRC_2 "'), "
     "'[2026-11-02,)', 1 FROM tidemark.isrc_code('" ISRC_1 "') AS code",
     "places", "to 2026-11-02: 1 streams are with release"},
    {"UPDATE tidemark.earning SET monetised[1] = monetised[1] + 1 WHERE period_to = '2026-11-02'",
     "ledger", "payee A: accrual 1: 0.021 EUR are entered as earned, expected 0.024"},
    {"UPDATE tidemark.unpriced_usage SET total_value = total_value * 2, cell_values = "
     "ARRAY(SELECT value * 2 FROM unnest(cell_values) AS value) WHERE reason = 'no_split'",
     "owed",
     "suspense no_split: 1 streams, 1 monetised wait, worth 0.006 EUR, and all usage priced anew "
     "gives 1, 1, 0.003"},
    {"UPDATE tidemark.rate SET rate = 0.004", "owed",
     "payee A: 0.021 EUR are earned, all usage priced anew gives 0.028"},
    {"UPDATE tidemark.payee_entry SET amount = amount + 1 WHERE kind = 'earned'", "ledger",
     "payee A: accrual 1: 1.021 EUR are entered as earned, expected 0.021"},
    {"UPDATE tidemark.payee_entry SET balance = balance + 1 WHERE number = 1", "ledger",
     "payee A: entry 1 has the balance 1.021 EUR, the 1 entries up to it add up to 0.021"},
    {"UPDATE tidemark.payee_entry SET number = 9 WHERE number = 2", "ledger",
     "payee A: entry 9 has the balance 0.001 EUR, the 2 entries up to it add up to 0.001"},
    {"DELETE FROM tidemark.payee_entry WHERE kind = 'requested'", "ledger",
     "payee A: request 1: 0 EUR are entered as requested, expected -0.02"},
    {"UPDATE tidemark.counter SET last = 2 WHERE name = 'request'", "requests",
     "1 requests, the highest is number 1, the counter says 2"},
    {"UPDATE tidemark.payment_request SET amount = 0.021", "requests",
     "request 1: 0.021 EUR is not in whole units of 2 decimals"},
    {"UPDATE tidemark.payment_request SET state = 'cancelled'", "requests",
     "request 1 is cancelled with 0.02 EUR, and has 1 live instructions of 0.02 in all"},
    {"UPDATE tidemark.payment_request SET carried = 0", "requests",
     "request 1: the balance was 0.021 EUR, which is not its 0.02 and the 0 that it leaves"},
    {"UPDATE tidemark.counter SET last = 2 WHERE name = 'payout_run'", "runs",
     "1 payout runs, the highest is number 1, the counter says 2"},
    {"UPDATE tidemark.payout_run SET previous_manifest = 'x'", "runs",
     "payout run 1 names the manifest x as the one before its own, that is "},
    {"UPDATE tidemark.earning SET monetised = array_fill(0, ARRAY[cardinality(monetised)])", "runs",
     "payout run 1: the lines of request 1 add up to -0.001, it pays 0.02"},
    {"UPDATE tidemark.payout_file SET sha256 = repeat('0', 64)", "payouts", "released was 0000"},
};

static void what_was_changed_is_found_and_said(void **state)
{
    Night *night = *state;

    for (size_t i = 0; i < COUNT_OF(breaches); i++) {
        const Breach *breach = &breaches[i];

        money_run(night, "CREATE SCHEMA kept");
        money_run(night, "DO $$ DECLARE name text; BEGIN "
                         "FOR name IN SELECT table_name FROM tidemark.placement LOOP "
                         "EXECUTE format('CREATE TABLE kept.%I AS TABLE tidemark.%I', name, name); "
                         "END LOOP; END $$");
        money_run(night, breach->change);
        night_run(night, 65, "tidemark-verify", "--all", "--check", breach->check, NULL);
        if (strstr(night_err(night), breach->sentence) == NULL)
            fail_msg("%s: \"%s\" is not in: %s", breach->change, breach->sentence,
                     night_err(night));
        money_run(night,
                  "DO $$ DECLARE name text; BEGIN SET LOCAL session_replication_role = replica; "
                  "FOR name IN SELECT table_name FROM tidemark.placement LOOP "
                  "EXECUTE format('DELETE FROM tidemark.%I', name); "
                  "EXECUTE format('INSERT INTO tidemark.%I OVERRIDING SYSTEM VALUE "
                  "SELECT * FROM kept.%I', name, name); "
                  "END LOOP; DROP SCHEMA kept CASCADE; END $$");
    }
    night_run(night, 0, "tidemark-verify", NULL); // all was put back
}

static void a_lost_file_of_the_archive_is_named(void **state)
{
    Night *night = *state;
    CommandResult removal;

    command_run((const char *const[]){"rm", "-rf", night_path(night, "archive"), NULL}, NULL,
                &removal);
    command_result_free(&removal);
    night_run(night, 65, "tidemark-verify", NULL);
    assert_non_null(strstr(night_err(night), "archive: could not"));
}

static void all_breaches_are_told_when_asked_for(void **state)
{
    Night *night = *state;

    money_run(night, "DELETE FROM tidemark.reject");
    money_run(night, "UPDATE tidemark.payout_file SET sha256 = repeat('0', 64)");
    night_run(night, 65, "tidemark-verify", NULL);
    assert_null(strstr(night_err(night), "released was"));
    night_run(night, 65, "tidemark-verify", "--all", NULL);
    assert_non_null(strstr(night_err(night), "1 rows are rejected, 0 are kept"));
    assert_non_null(strstr(night_err(night), "released was"));
}

// All are counted, and so many told that they can be kept.
static void of_very_many_breaches_the_first_are_told(void **state)
{
    Night *night = *state;

    money_run(night, "INSERT INTO tidemark.payee_entry (payee, currency, number, kind, accrual, "
                     "amount, balance, booked_on) SELECT payee, currency, number + place, "
                     "'adjustment', 1000 + place, 1, balance + place, '2026-11-24' "
                     "FROM tidemark.ledger_end, generate_series(1, 1500) AS place");

    const json_t *document =
        night_run_json(night, 65, "tidemark-verify", "--all", "--check", "ledger", NULL);
    const json_t *check = json_array_get(json_object_get(document, "checks"), 0);

    assert_int_equal(json_integer_value(json_object_get(check, "breaches")), 1500);
    assert_int_equal(json_array_size(json_object_get(check, "sentences")), 1000);
    assert_told(night,
                "ledger: payee A: accrual 1001: 1 EUR are entered as adjustment, expected 0");
    assert_told(night, "ledger: 500 breaches more");
}

static void a_check_that_there_is_not_is_a_usage_error(void **state)
{
    Night *night = *state;

    night_run(night, 64, "tidemark-verify", "--check", "everything", NULL);
    assert_non_null(strstr(night_err(night), "there is no such check"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WHOLE_NIGHT_TEST(a_night_as_it_was_made_holds),
        WHOLE_NIGHT_TEST(what_was_changed_is_found_and_said),
        WHOLE_NIGHT_TEST(a_lost_file_of_the_archive_is_named),
        WHOLE_NIGHT_TEST(all_breaches_are_told_when_asked_for),
        WHOLE_NIGHT_TEST(of_very_many_breaches_the_first_are_told),
        WHOLE_NIGHT_TEST(a_check_that_there_is_not_is_a_usage_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
