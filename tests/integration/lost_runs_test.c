/**
 * The folder of payout runs has outlived the database, as after a backup that was put back: what it
 * paid stops payment, until a person adopts it, and is never paid again.
 */
#include "support/payouts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/** The database as a backup would have it from before the run; requests too, if they are to go. */
static void lose_run(Night *night, bool with_requests)
{
    money_run(night, "DELETE FROM tidemark.payout_file; DELETE FROM tidemark.instruction; "
                     "DELETE FROM tidemark.payout_run; "
                     "UPDATE tidemark.counter SET last = 0 WHERE name = 'payout_run'; "
                     "DELETE FROM tidemark.payment_request_event WHERE number > 1; "
                     "UPDATE tidemark.payment_request SET state = 'proposed'");
    if (with_requests)
        money_run(night, "DELETE FROM tidemark.payee_entry WHERE kind = 'requested'; "
                         "DELETE FROM tidemark.payment_request_event; "
                         "DELETE FROM tidemark.payment_request; "
                         "UPDATE tidemark.counter SET last = 0 WHERE name = 'request'");
}

static void a_run_that_the_database_lost_stops_payment_until_it_is_adopted(void **state)
{
    Night *night = *state;
    char *first = payout_first(night);

    lose_run(night, false);
    night_run(night, 78, "tidemark-request", NULL);
    night_run(night, 78, "tidemark-export", NULL);
    assert_told(night, "tidemark export --adopt 1");
    night_run(night, 0, "tidemark-export", "--adopt", "1", NULL);
    night_run(night, 0, "tidemark-export", NULL);
    assert_told(night, "No payment request waits to be exported.");
    assert_night_value(night, "SELECT state FROM tidemark.payment_request", "in_payment");
    assert_night_value(night, "SELECT count(*) FROM tidemark.instruction", "1");
    assert_balances(night, "A 0.009 EUR");
    assert_owed(night);
    night_run(night, 0, "tidemark-verify", "--check", "payouts", NULL);
    night_run(night, 64, "tidemark-verify", "--run", "1", NULL);
    assert_told(night, "payout run 1 was adopted");
    night_run(night, 64, "tidemark-export", "--adopt", "1", NULL);
    assert_payout_digests(night, "payouts", "000001", first);
    free(first);
}

static void requests_that_were_lost_too_are_made_anew_and_not_paid_again(void **state)
{
    Night *night = *state;
    char *first = payout_first(night);

    lose_run(night, true);
    night_run(night, 0, "tidemark-export", "--adopt", "1", NULL);
    night_run(night, 0, "tidemark-request", NULL);
    assert_told(night, "Nothing to request.");
    assert_night_value(night,
                       "SELECT number || ' ' || amount || ' ' || state "
                       "FROM tidemark.payment_request",
                       "1 3.99 in_payment");
    assert_balances(night, "A 0.009 EUR");
    assert_owed(night);
    payout_earn(night, "2026-11-02");
    night_run(night, 0, "tidemark-export", NULL); // numbers go on behind those that were lost
    assert_true(night_has(night, "payouts/000002/payments.csv"));
    night_run(night, 0, "tidemark-verify", "--check", "runs", NULL);
    free(first);
}

static void of_two_requests_of_a_payee_that_were_lost_each_leaves_what_the_ledger_had(void **state)
{
    Night *night = *state;

    payout_earn(night, "2026-11-01"); // 3.999
    payout_earn(night, "2026-11-02");
    night_run(night, 0, "tidemark-export", "--date", "2026-11-24", NULL);
    lose_run(night, true);
    money_run(night,
              "UPDATE tidemark.payee_entry SET number = 2, balance = 7.998 WHERE number = 3");
    night_run(night, 0, "tidemark-export", "--adopt", "1", NULL);
    assert_night_value(night,
                       "SELECT string_agg(format('%s %s', amount, trim_scale(carried)), ', ' "
                       "ORDER BY number) FROM tidemark.payment_request",
                       "3.99 4.008, 4.00 0.008");
    assert_balances(night, "A 0.008 EUR");
    assert_owed(night);
}

static void a_run_of_another_chain_is_not_adopted(void **state)
{
    Night *night = *state;

    free(payout_first(night));
    payout_earn(night, "2026-11-02");
    night_run(night, 0, "tidemark-export", "--date", "2026-11-25", NULL);
    money_run(night, "DELETE FROM tidemark.payout_file WHERE run = 2; "
                     "DELETE FROM tidemark.instruction WHERE run = 2; "
                     "DELETE FROM tidemark.payout_run WHERE number = 2; "
                     "UPDATE tidemark.counter SET last = 1 WHERE name = 'payout_run'; "
                     "DELETE FROM tidemark.payment_request_event WHERE request = 2 AND number > 1; "
                     "UPDATE tidemark.payment_request SET state = 'proposed' WHERE number = 2; "
                     "UPDATE tidemark.payout_run SET manifest_sha256 = repeat('0', 64)");
    night_run(night, 65, "tidemark-export", "--adopt", "2", NULL);
    assert_told(night, "that of payout run 1 is 0000");
    // It was built when the backup was made, and has no files yet in the database.
    money_run(night, "UPDATE tidemark.payout_run SET state = 'built', manifest_sha256 = NULL, "
                     "released_at = NULL; DELETE FROM tidemark.payout_file; "
                     "UPDATE tidemark.instruction SET state = 'built'");
    night_run(night, 0, "tidemark-export", "--adopt", "2", NULL);
    night_run(night, 0, "tidemark-export", NULL);
    night_run(night, 0, "tidemark-verify", "--check", "runs", "--check", "payouts", NULL);
    assert_owed(night);
}

static void a_run_that_contradicts_the_database_is_not_adopted(void **state)
{
    Night *night = *state;

    free(payout_first(night));
    lose_run(night, false);
    money_run(night, "UPDATE tidemark.payment_request SET amount = 3.98");
    night_run(night, 65, "tidemark-export", "--adopt", "1", NULL);
    assert_told(night, "request 1 pays 3.99 EUR to A, in the database it is 3.98 EUR to A");
    night_write(night, "payouts/000001/payments.csv", "changed");
    night_run(night, 65, "tidemark-export", "--adopt", "1", NULL);
    assert_told(night, "its manifest says");
    night_run(night, 66, "tidemark-export", "--adopt", "2", NULL);
    assert_night_value(night, "SELECT count(*) FROM tidemark.payout_run", "0");
}

static void what_a_lost_run_pays_is_not_cancelled(void **state)
{
    Night *night = *state;

    free(payout_first(night));
    lose_run(night, false);
    night_run(night, 78, "tidemark-request", "--cancel", "1", "--reason", "slip", NULL);
    assert_told(night, "tidemark export --adopt 1");
    night_run(night, 0, "tidemark-export", "--adopt", "1", NULL);
    assert_owed(night);
}

static void a_run_is_adopted_behind_the_one_before_it(void **state)
{
    Night *night = *state;

    free(payout_first(night));
    payout_earn(night, "2026-11-02");
    night_run(night, 0, "tidemark-export", "--date", "2026-11-25", NULL);
    lose_run(night, true);
    money_run(night,
              "UPDATE tidemark.payee_entry SET number = 2, balance = 7.998 WHERE number = 3");
    night_run(night, 65, "tidemark-export", "--adopt", "2", NULL);
    assert_told(night, "tidemark export --adopt 1");
    night_run(night, 0, "tidemark-export", "--adopt", "1", NULL);
    night_run(night, 0, "tidemark-export", "--adopt", "2", NULL);
    night_run(night, 0, "tidemark-verify", "--check", "runs", NULL);
    assert_owed(night);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MONEY_TEST(a_run_that_the_database_lost_stops_payment_until_it_is_adopted),
        MONEY_TEST(requests_that_were_lost_too_are_made_anew_and_not_paid_again),
        MONEY_TEST(of_two_requests_of_a_payee_that_were_lost_each_leaves_what_the_ledger_had),
        MONEY_TEST(what_a_lost_run_pays_is_not_cancelled),
        MONEY_TEST(a_run_is_adopted_behind_the_one_before_it),
        MONEY_TEST(a_run_of_another_chain_is_not_adopted),
        MONEY_TEST(a_run_that_contradicts_the_database_is_not_adopted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
