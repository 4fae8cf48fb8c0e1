/** The payees' ledgers: each entry says what the ledger comes to, and what is requested is added up
 * again. */
#include "support/payouts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** The ledger of A as 'NUMBER KIND AMOUNT = BALANCE', in order. */
static const char ledger_of_a[] =
    "SELECT string_agg(format('%s %s %s = %s', number, kind, trim_scale(amount), "
    "trim_scale(balance)), ', ' ORDER BY number) FROM tidemark.payee_entry";

/** What payout_earn() earns: 3.999. Requested, cancelled, requested anew with what a later day
 * earns. */
static void earn_cancel_earn(Night *night)
{
    payout_earn(night, "2026-11-01");
    night_run(night, 0, "tidemark-request", "--cancel", "1", "--reason", "disputed", NULL);
    payout_earn(night, "2026-11-02");
}

static const char earned_cancelled_earned[] =
    "1 earned 3.999 = 3.999, 2 requested -3.99 = 0.009, 3 restored 3.99 = 3.999, "
    "4 earned 3.999 = 7.998, 5 requested -7.99 = 0.008";

static void each_entry_says_what_the_ledger_comes_to(void **state)
{
    Night *night = *state;

    earn_cancel_earn(night);
    assert_night_value(night, ledger_of_a, earned_cancelled_earned);
    money_change(night, "SELECT seed.rate('wavecast - - - -', '(,)', 'EUR', 0.002)");
    payout_earn(night, "2026-11-03");
    assert_night_value(night,
                       "SELECT string_agg(format('%s %s', number, kind), ', ' ORDER BY number) "
                       "FROM tidemark.payee_entry WHERE accrual = 3",
                       "6 earned, 7 reversed");
    assert_owed(night);
}

static void each_ledger_has_an_end_of_its_own(void **state)
{
    Night *night = *state;

    assert_night_value(night, "SELECT count(*) FROM tidemark.ledger_end", "0");
    money_change(night, "SELECT seed.split('" UPC_1 "', '-', '(,)', 'A 0.5', 'B 0.5');"
                        "SELECT seed.rate('- FR - - -', '(,)', 'JPY', 1)");
    payout_earn(night, "2026-11-01");
    assert_night_value(
        night,
        "SELECT string_agg(format('%s %s %s %s', key, currency, number, "
        "trim_scale(balance)), ', ' ORDER BY key, currency) "
        "FROM tidemark.ledger_end JOIN tidemark.payee ON payee.id = ledger_end.payee",
        "A EUR 2 0, A JPY 2 0.5, B EUR 2 0, B JPY 2 0.5");
    assert_owed(night);
}

static const char balance_of_a[] = "SELECT concat_ws(' ', trim_scale(earned), "
                                   "trim_scale(requested), trim_scale(balance), currency) "
                                   "FROM tidemark.payee_balance";

/** What was cancelled is not requested. Of the entries only the last is read: verify adds them up. */
static void a_balance_is_read_off_its_ledgers_end(void **state)
{
    Night *night = *state;

    earn_cancel_earn(night);
    assert_night_value(night, balance_of_a, "7.998 7.99 0.008 EUR");
    money_run(night, "UPDATE tidemark.payee_entry SET balance = balance + 5 WHERE number = 5");
    assert_night_value(night, balance_of_a, "12.998 7.99 5.008 EUR");
    night_run(night, 65, "tidemark-verify", "--check", "ledger", NULL);
    assert_told(night, "entry 5 has the balance 5.008 EUR, the 5 entries up to it add up to 0.008");
}

static void who_appends_waits_for_who_did(void **state)
{
    Night *night = *state;
    CommandResult pricing;

    payout_earn(night, "2026-11-01");
    money_batch(night, "2026-11-02", "'" UPC_1 " " ISRC_1 " DE premium 1000 1000 -'");
    night_run(night, 0, "tidemark-aggregate", NULL);
    money_run(night, "BEGIN; SELECT FROM tidemark.counter WHERE name = 'request' FOR UPDATE;"
                     "INSERT INTO tidemark.payee_entry (payee, currency, number, kind, accrual, "
                     "amount, balance, booked_on) SELECT payee, currency, number + 1, "
                     "'adjustment', 1, 1, balance + 1, '2026-11-24' FROM tidemark.ledger_end");

    Command *running = command_start((const char *const[]){"tidemark-request", NULL}, NULL, NULL);

    night_wait_for_locks(night, "1");
    money_run(night, "COMMIT");
    command_finish(running, 60000, &pricing);
    assert_int_equal(pricing.status, 0);
    command_result_free(&pricing);
    assert_night_value(night, ledger_of_a,
                       "1 earned 3.999 = 3.999, 2 requested -3.99 = 0.009, 3 adjustment 1 = 1.009, "
                       "4 earned 3 = 4.009, 5 requested -4 = 0.009");
}

static void what_does_not_add_up_since_the_last_request_is_not_requested(void **state)
{
    Night *night = *state;

    payout_earn(night, "2026-11-01");
    money_run(night, "UPDATE tidemark.payee SET minimum = 1000");
    money_batch(night, "2026-11-02", "'" UPC_1 " " ISRC_1 " DE premium 1 1 -'");
    money_accrue(night);
    money_run(night, "UPDATE tidemark.payee SET minimum = 0");
    money_run(night, "UPDATE tidemark.payee_entry SET balance = balance + 5 WHERE number = 3");
    night_run(night, 70, "tidemark-request", NULL);
    assert_told(night, "payee A: the ledger ends with entry 3 and balance 5.012 EUR, but its "
                       "entries give 3 and 0.012");
    money_run(night, "UPDATE tidemark.payee_entry SET balance = balance - 5, number = 4 "
                     "WHERE number = 3");
    night_run(night, 70, "tidemark-request", NULL);
    assert_told(night, "payee A: the ledger ends with entry 4 and balance 0.012 EUR, but its "
                       "entries give 3 and 0.012");
    assert_night_value(night, "SELECT count(*) FROM tidemark.payment_request", "1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MONEY_TEST(each_entry_says_what_the_ledger_comes_to),
        MONEY_TEST(each_ledger_has_an_end_of_its_own),
        MONEY_TEST(a_balance_is_read_off_its_ledgers_end),
        MONEY_TEST(who_appends_waits_for_who_did),
        MONEY_TEST(what_does_not_add_up_since_the_last_request_is_not_requested),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
