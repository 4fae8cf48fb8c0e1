/**
 * Killed at a random moment, and run again: the end is the same as if nobody had been killed.
 *
 * Two nights get the same reports, a few at a time. In one of them each of ingest, aggregate, request and
 * export is first started and killed with SIGKILL somewhere on its way, then run to its end. Aggregate and
 * request have two connections, whose commits are not one.
 */
#include "support/night.h"

#include "support/random.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum {
    ROUNDS = 13,
    FILES_A_ROUND = 3,
    ROWS_A_FILE = 2000,
    OVERLAP_ROWS = 300,
    STAGES = 4,
    TRIES_MAX = 200
};

enum { ARGUMENTS_MAX = 5 };
static const char *const stages[STAGES][ARGUMENTS_MAX] = {
    {"tidemark-ingest", "--json"},
    {"tidemark-aggregate", "--json", "--jobs", "2"},
    {"tidemark-request", "--json", "--jobs", "2"},
    {"tidemark-export", "--json"},
};

static void make_catalogue(Night *night)
{
    night_settings(night, "payer:\n  name: Test\nrequests:\n  due: daily\nproviders:\n  "
                          "wavecast:\n    zone: Europe/Berlin\n");
    night_write(night, "catalogue/labels.csv", "key,name\nharbour,Harbour\n");
    night_write(night, "catalogue/artists.csv", "key,name,label\nebb,Ebb & Flow,harbour\n");
    night_write(night, "catalogue/payees.csv",
                "key,name,vendor_id,minimum,account_holder,iban,bic,clearing_system,clearing_code,"
                "account_number,country\n"
                "P-1,Ebb,,0,Ebb GbR,DE89370400440532013000,,,,,DE\n"
                "P-2,Flow,,5,Flow GbR,NL91ABNA0417164300,,,,,NL\n");
    night_write(night, "catalogue/releases.csv",
                "upc,title,artist,released_on\n4006381333931,Low "
                "Water,ebb,2026-01-01\n5901234123457,Spring Tide,ebb,2026-01-01\n");
    night_write(night, "catalogue/splits.csv",
                "upc,isrc,payee,share,valid_from,valid_to\n"
                "4006381333931,,P-1,0.333333333333,2026-01-01,\n"
                "4006381333931,,P-2,0.666666666667,2026-01-01,\n"
                "5901234123457,,P-1,1,2026-01-01,\n");
    night_write(night, "catalogue/rates.csv",
                "provider,territory,tier,upc,isrc,basis,currency,rate,valid_from,valid_to\n"
                "wavecast,,,,,monetised,EUR,0.00317,2026-01-01,\n"
                "wavecast,US,,,,monetised,USD,0.0042,2026-01-01,\n");
    night_run(night, 0, "tidemark-catalogue", "import", night_path(night, "catalogue"), NULL);
}

/** The reports of a round: overlapping windows, the later ones first, a few rows left out until the next round. */
static void bring_reports(Night *night, int round)
{
    for (int i = FILES_A_ROUND; i > 0; i--) {
        int64_t window = (int64_t)round * FILES_A_ROUND + i;
        int64_t last = window * ROWS_A_FILE;
        int64_t first = last - ROWS_A_FILE - OVERLAP_ROWS;
        char *report = wavecast_report(first < 1 ? 1 : first,
                                       last - (i == FILES_A_ROUND ? OVERLAP_ROWS / 2 : 0));
        char *place = text_format("inbox/wavecast/%03d-%d.csv.gz", round, i);

        night_write(night, place, report);
        free(place);
        free(report);
    }
}

static void sleep_us(int64_t microseconds)
{
    struct timespec pause = {.tv_sec = microseconds / 1000000,
                             .tv_nsec = microseconds % 1000000 * 1000};

    (void)nanosleep(&pause, NULL);
}

/** Runs a stage to its end. The server may still be taking back what a killed run had begun: 75 says to try again. */
static void run_to_the_end(const char *const stage[])
{
    for (int i = 0; i < TRIES_MAX; i++) {
        CommandResult result;

        command_run(stage, NULL, &result);

        int status = result.status;

        if (status != 0 && status != 75)
            print_error("%s: %s\n%s\n", stage[0], result.out, result.err);
        command_result_free(&result);
        if (status == 0)
            return;
        assert_int_equal(status, 75);
        sleep_us(50000);
    }
    fail_msg("%s is busy for ever", stage[0]);
}

static double seconds_now(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/** Starts a stage and kills it somewhere in the time that it takes as a rule. True if it was still alive. */
static bool kill_on_its_way(const char *const stage[], int64_t usual_us, Random *random)
{
    Command *command = command_start(stage, NULL, NULL);
    CommandResult result;

    sleep_us((int64_t)random_below(random, (uint64_t)usual_us));
    (void)kill(-command_pid(command), SIGKILL);
    command_finish(command, COMMAND_TIMEOUT_S * 1000, &result);

    bool was_alive = result.status == 128 + SIGKILL;

    command_result_free(&result);
    return was_alive;
}

/** All that may not differ: cells, ledgers, requests, and the lines of the payment files. */
static char *end_of(Night *night)
{
    char *cells = night_cells(night);
    char *ledgers = night_value(
        night, "SELECT string_agg(concat_ws(' ', payee, currency, kind, accrual, amount), E'\n' "
               "ORDER BY payee, currency, accrual, kind, amount) FROM tidemark.payee_entry");
    char *requests = night_value(
        night,
        "SELECT string_agg(concat_ws(' ', number, payee, currency, accruals, amount, state), "
        "E'\n' ORDER BY number) FROM tidemark.payment_request");
    char *runs = night_value(
        night,
        "SELECT string_agg(concat_ws(' ', payout_run.number, payout_run.state, "
        "payout_file.sha256), "
        "E'\n' ORDER BY payout_run.number) FROM tidemark.payout_run JOIN tidemark.payout_file "
        "ON payout_file.run = payout_run.number AND payout_file.name = 'lines.csv.gz'");
    char *end = text_format("cells\n%s\nledgers\n%s\nrequests\n%s\nruns\n%s\n", cells, ledgers,
                            requests, runs);

    free(cells);
    free(ledgers);
    free(requests);
    free(runs);
    return end;
}

/** The same night with nobody killed, and how long each stage takes in it. */
static char *undisturbed_end(int64_t usual_us[STAGES])
{
    void *state = NULL;

    assert_int_equal(night_begin(&state), 0);
    make_catalogue(state);
    for (int round = 0; round < ROUNDS; round++) {
        bring_reports(state, round);
        for (int i = 0; i < STAGES; i++) {
            double started = seconds_now();

            run_to_the_end(stages[i]);
            usual_us[i] += (int64_t)((seconds_now() - started) * 1e6 / ROUNDS);
        }
    }

    char *end = end_of(state);

    night_run(state, 0, "tidemark-verify", NULL);
    assert_int_equal(night_end(&state), 0);
    return end;
}

static void killed_anywhere_the_end_is_the_same(void **state)
{
    Night *night = *state;
    Random random = {.state = 42};
    int64_t usual_us[STAGES] = {0};
    char *expected = undisturbed_end(usual_us);
    int killed = 0;

    // The other night has ended, and with it the environment pointed to its database.
    assert_int_equal(night_end((void **)&night), 0);
    assert_int_equal(night_begin((void **)&night), 0);
    *state = night;
    make_catalogue(night);
    for (int round = 0; round < ROUNDS; round++) {
        bring_reports(night, round);
        for (int i = 0; i < STAGES; i++) {
            killed += kill_on_its_way(stages[i], usual_us[i], &random) ? 1 : 0;
            run_to_the_end(stages[i]);
        }
    }

    char *end = end_of(night);

    assert_string_equal(end, expected);
    night_run(night, 0, "tidemark-verify", NULL);
    print_message("killed %d of %d on their way\n", killed, ROUNDS * STAGES);
    assert_in_range(killed, ROUNDS * STAGES / 2, ROUNDS * STAGES);
    free(end);
    free(expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(killed_anywhere_the_end_is_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
