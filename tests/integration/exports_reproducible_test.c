/**
 * Invariant 7: exports are reproducible. Everything that the bytes need is committed before the first byte
 * is written, whatever changes later; killed anywhere, the next run ends with the same bytes; nothing
 * half-written is seen under its name, and nothing is overwritten.
 */
#include "base/files.h"
#include "support/catalogue_files.h"
#include "support/payouts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *read_text(Night *night, const char *place)
{
    Error error = {0};
    char *bytes = NULL;
    size_t size_bytes = 0;

    if (file_read(night_path(night, place), 1 << 20, &bytes, &size_bytes, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return bytes;
}

static void remove_folder(Night *night, const char *place)
{
    Error error = {0};

    if (folder_remove(night_path(night, place), &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

/** The run as it is between its commit and its release. */
static void unrelease(Night *night)
{
    money_run(night, "DELETE FROM tidemark.payout_file");
    money_run(night, "UPDATE tidemark.payout_run SET state = 'built', manifest_sha256 = NULL, "
                     "released_at = NULL");
    money_run(night, "UPDATE tidemark.instruction SET state = 'built'");
}

static void assert_released(Night *night)
{
    assert_night_value(night,
                       "SELECT string_agg(DISTINCT run.state || ' ' || instruction.state, ', ') "
                       "FROM tidemark.payout_run AS run "
                       "JOIN tidemark.instruction ON instruction.run = run.number",
                       "released released");
}

static void the_payments_file_is_as_documented(void **state)
{
    Night *night = *state;

    free(payout_first(night));

    char *payments = read_text(night, "payouts/000001/payments.csv");
    char *uetr = night_value(night, "SELECT uetr FROM tidemark.instruction");
    char *expected = text_format(
        "file_number,msg_id,instruction,request,attempt,payee_id,vendor_id,account_holder,iban,bic,"
        "clearing_system,clearing_code,account_number,country,currency,gross,withheld,net,"
        "execution_date,purpose,remittance,period_from,period_to,first_accrual,last_accrual,"
        "end_to_end_id,uetr,approved_by,approved_at,state\r\n"
        "000001,TM-000001,P000000001-1,1,1,A,,Holder of A,DE89370400440532013000,,,,,DE,EUR,3.99,"
        "0.00,3.99,2026-11-24,ROYA,Royalties P000000001 to 2026-11-01,2026-11-01,2026-11-01,1,1,"
        "P000000001-1,%s,,,released\r\n",
        uetr);

    assert_string_equal(payments, expected);
    free(expected);
    free(uetr);
    free(payments);
}

static void the_lines_of_a_request_add_up_to_it(void **state)
{
    Night *night = *state;
    CommandResult lines;

    free(payout_first(night));
    command_run((const char *const[]){"gzip", "-dc",
                                      night_path(night, "payouts/000001/lines.csv.gz"), NULL},
                NULL, &lines);
    assert_int_equal(lines.status, 0);
    assert_string_equal(
        lines.out,
        "request,instruction,payee_id,currency,line,provider,feed,period_from,period_to,upc,"
        "release_title,isrc,recording_title,rate,basis,share,monetised,reported,amount\r\n"
        "1,P000000001-1,A,EUR,carried_in,,,,,,,,,,,,,,0\r\n"
        "1,P000000001-1,A,EUR,earned,wavecast,wavecast,2026-11-01,2026-11-01,4006381333931,Release,"
        "DEA120000001,Song,0.003,monetised,1,1000,,3\r\n"
        "1,P000000001-1,A,EUR,earned,wavecast,wavecast,2026-11-01,2026-11-01,4006381333931,Release,"
        "DEA120000002,Song,0.003,monetised,1,333,,0.999\r\n"
        "1,P000000001-1,A,EUR,carried_out,,,,,,,,,,,,,,-0.009\r\n");
    command_result_free(&lines);
}

static void a_second_run_carries_on_and_names_the_first(void **state)
{
    Night *night = *state;
    char *first = payout_first(night);
    char *manifest_digest = night_value(night, "SELECT manifest_sha256 FROM tidemark.payout_run");
    char *named = text_format("\"previous_manifest_sha256\": \"%s\"", manifest_digest);

    payout_earn(night, "2026-11-02");
    night_run(night, 0, "tidemark-export", NULL);

    char *manifest = read_text(night, "payouts/000002/manifest.json");

    assert_non_null(strstr(manifest, named));
    assert_non_null(strstr(manifest, "\"EUR\": \"4.00\"")); // 3.999, and 0.009 carried in
    assert_night_value(night,
                       "SELECT string_agg(kind || ' ' || trim_scale(amount), ', ' ORDER BY kind, "
                       "amount) FROM tidemark.payout_lines(2)",
                       "carried_in 0.009, earned 0.999, earned 3, carried_out -0.008");
    night_run(night, 0, "tidemark-verify", "--check", "runs", "--check", "payouts", NULL);
    assert_payout_digests(night, "payouts", "000001", first);
    free(manifest);
    free(named);
    free(manifest_digest);
    free(first);
}

#define ISRC_LATE "DEA120000009" // comes to the catalogue later than to the reports

/** Another title and song, as a catalogue brings them. */
static void retitle(Night *night, const char *word)
{
    char *releases =
        text_format("upc,title,artist,released_on\n" UPC_1 ",%s title,artist,\n", word);
    char *recordings = text_format("isrc,title,artist\n" ISRC_1 ",%s song,artist\n" ISRC_LATE
                                   ",%s late song,artist\n",
                                   word, word);

    catalogue_write(night, "releases.csv", releases);
    catalogue_write(night, "recordings.csv", recordings);
    catalogue_import_all(night);
    free(releases);
    free(recordings);
}

static void assert_lines_say(Night *night, const char *run, const char *part)
{
    CommandResult lines;
    char *place = text_format("payouts/%s/lines.csv.gz", run);

    command_run((const char *const[]){"gzip", "-dc", night_path(night, place), NULL}, NULL, &lines);
    assert_non_null(strstr(lines.out, part));
    command_result_free(&lines);
    free(place);
}

static void the_bytes_stay_whatever_changes_later(void **state)
{
    Night *night = *state;
    char *first = NULL;

    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_LATE " DE premium 10 10 -'");
    first = payout_first(night);

    retitle(night, "Another");
    retitle(night, "A third");
    money_run(night, "UPDATE tidemark.payee SET account_holder = 'Someone else', iban = 'NL91'");
    money_change(night, "SELECT seed.rate('wavecast - - - -', '(,)', 'EUR', 0.004);"
                        "SELECT seed.split('" UPC_1 "', '-', '(,)', 'A 0.5', 'B 0.5')");
    payout_earn(night, "2026-11-01");
    night_run(night, 0, "tidemark-export", NULL);
    night_run(night, 0, "tidemark-export", "--again", "1", "--into", night_path(night, "again"),
              NULL);
    assert_payout_digests(night, "again", "000001", first);
    assert_lines_say(night, "000002", ",A third title," ISRC_1 ",A third song,");
    retitle(night, "No");
    night_run(night, 0, "tidemark-verify", "--run", "1", NULL);
    night_run(night, 0, "tidemark-verify", "--run", "2", NULL);
    free(first);
}

static void killed_before_the_files_the_next_run_writes_them(void **state)
{
    Night *night = *state;
    char *first = payout_first(night);

    unrelease(night);
    remove_folder(night, "payouts/000001");
    night_write(night, "payouts/.000001.tmp/payments.csv", "half a file");
    night_write(night, "payouts/.000001.tmp/.lines.csv.gz.Ab3dEf", "half a file");
    night_run(night, 0, "tidemark-export", NULL);
    assert_told(night, "Payout run 1 is released");
    assert_payout_digests(night, "payouts", "000001", first);
    assert_false(night_has(night, "payouts/.000001.tmp"));
    assert_released(night);
    free(first);
}

static void killed_before_the_release_the_next_run_stores_it(void **state)
{
    Night *night = *state;
    char *first = payout_first(night);

    unrelease(night);
    payout_earn(night, "2026-11-02");
    night_run(night, 0, "tidemark-export", NULL); // and then the next one, in its chain
    assert_payout_digests(night, "payouts", "000001", first);
    assert_released(night);
    night_run(night, 0, "tidemark-verify", "--check", "runs", "--check", "payouts", NULL);
    assert_night_value(night, "SELECT count(*) FROM tidemark.payout_run", "2");
    free(first);
}

static void other_files_in_its_place_are_not_overwritten(void **state)
{
    Night *night = *state;

    free(payout_first(night));
    unrelease(night);
    night_write(night, "payouts/000001/payments.csv", "somebody's");
    night_run(night, 73, "tidemark-export", NULL);
    assert_told(night, "the database gives");

    char *payments = read_text(night, "payouts/000001/payments.csv");

    assert_string_equal(payments, "somebody's");
    assert_night_value(night, "SELECT state FROM tidemark.payout_run", "built");
    free(payments);
}

static void again_restores_a_folder_that_was_lost_and_compares_one_that_is_there(void **state)
{
    Night *night = *state;
    char *first = payout_first(night);

    night_run(night, 0, "tidemark-export", "--again", "1", NULL);
    remove_folder(night, "payouts/000001");
    night_run(night, 65, "tidemark-verify", "--check", "payouts", NULL);
    night_run(night, 0, "tidemark-export", "--again", "1", NULL);
    assert_payout_digests(night, "payouts", "000001", first);
    night_write(night, "payouts/000001/lines.csv.gz", "changed");
    night_run(night, 65, "tidemark-verify", "--check", "payouts", NULL);
    assert_told(night, "released was");
    night_run(night, 73, "tidemark-export", "--again", "1", NULL);
    night_run(night, 64, "tidemark-export", "--again", "2", NULL);
    assert_told(night, "there is no payout run 2");
    free(first);
}

static void rows_that_were_changed_are_found_by_making_the_files_again(void **state)
{
    Night *night = *state;

    free(payout_first(night));
    money_run(night, "UPDATE tidemark.instruction SET account_holder = 'Someone else'");
    night_run(night, 65, "tidemark-verify", "--run", "1", NULL);
    assert_told(night, "payments.csv made again has SHA-256");
    night_run(night, 65, "tidemark-export", "--again", "1", "--into", night_path(night, "again"),
              NULL);
    assert_false(night_has(night, "again/000001/payments.csv"));
}

static void nothing_proposed_makes_no_run(void **state)
{
    Night *night = *state;

    night_run(night, 0, "tidemark-export", NULL);
    assert_told(night, "No payment request waits to be exported.");
    free(payout_first(night));
    night_run(night, 0, "tidemark-export", NULL);
    assert_night_value(night, "SELECT count(*) FROM tidemark.payout_run", "1");
    assert_night_value(night, "SELECT last FROM tidemark.counter WHERE name = 'payout_run'", "1");
}

static void a_dry_run_shows_the_payments_and_leaves_nothing(void **state)
{
    Night *night = *state;

    payout_earn(night, "2026-11-01");

    const json_t *document = night_run_json(night, 0, "tidemark-export", "--dry-run", NULL);
    const json_t *payment = json_array_get(json_object_get(document, "payments"), 0);

    assert_string_equal(json_string_value(json_object_get(payment, "net")), "3.99");
    assert_night_value(night, "SELECT count(*) FROM tidemark.payout_run", "0");
    assert_night_value(night, "SELECT state FROM tidemark.payment_request", "proposed");
    assert_false(night_has(night, "payouts/000001/payments.csv"));
}

static void a_dry_run_of_files_made_again_compares_and_leaves_nothing(void **state)
{
    Night *night = *state;

    free(payout_first(night));
    night_run(night, 0, "tidemark-export", "--again", "1", "--into", night_path(night, "again"),
              "--dry-run", NULL);
    assert_false(night_has(night, "again/000001/payments.csv"));
}

static void formulas_in_names_and_titles_are_neutralised(void **state)
{
    Night *night = *state;
    CommandResult lines;

    money_run(night, "UPDATE tidemark.payee SET account_holder = '=HYPERLINK(\"x\")'");
    money_run(night, "UPDATE tidemark.release SET title = '+1, -1'");
    money_run(night, "UPDATE tidemark.recording SET title = '@sum'");
    free(payout_first(night));

    char *payments = read_text(night, "payouts/000001/payments.csv");

    assert_non_null(strstr(payments, ",\"'=HYPERLINK(\"\"x\"\")\","));
    free(payments);
    command_run((const char *const[]){"gzip", "-dc",
                                      night_path(night, "payouts/000001/lines.csv.gz"), NULL},
                NULL, &lines);
    assert_non_null(strstr(lines.out, ",\"'+1, -1\","));
    assert_non_null(strstr(lines.out, ",'@sum,"));
    assert_non_null(strstr(lines.out, ",-0.009\r\n")); // an amount stays one
    command_result_free(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MONEY_TEST(the_payments_file_is_as_documented),
        MONEY_TEST(the_lines_of_a_request_add_up_to_it),
        MONEY_TEST(a_second_run_carries_on_and_names_the_first),
        MONEY_TEST(the_bytes_stay_whatever_changes_later),
        MONEY_TEST(killed_before_the_files_the_next_run_writes_them),
        MONEY_TEST(killed_before_the_release_the_next_run_stores_it),
        MONEY_TEST(other_files_in_its_place_are_not_overwritten),
        MONEY_TEST(again_restores_a_folder_that_was_lost_and_compares_one_that_is_there),
        MONEY_TEST(rows_that_were_changed_are_found_by_making_the_files_again),
        MONEY_TEST(nothing_proposed_makes_no_run),
        MONEY_TEST(a_dry_run_shows_the_payments_and_leaves_nothing),
        MONEY_TEST(a_dry_run_of_files_made_again_compares_and_leaves_nothing),
        MONEY_TEST(formulas_in_names_and_titles_are_neutralised),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
