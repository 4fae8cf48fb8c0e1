/** Payment requests: what is payable, what is carried, when they are due, and that nothing is asked twice. */
#include "support/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/** Streams of A's release on a day, priced; nothing is requested by it. */
static void earn(Night *night, const char *day, int monetised)
{
    char *cells = text_format("'" UPC_1 " " ISRC_1 " DE premium %d %d -'", monetised, monetised);

    money_batch(night, day, cells);
    money_accrue(night);
    free(cells);
}

static void set_minimum(Night *night, const char *minimum)
{
    char *sql = text_format("UPDATE tidemark.payee SET minimum = %s", minimum);

    money_run(night, sql);
    free(sql);
}

/** All requests as 'NUMBER PAYEE AMOUNT CURRENCY ACCRUALS STATE', in order. */
static void assert_requests(Night *night, const char *expected)
{
    assert_night_value(
        night,
        "SELECT coalesce(string_agg(format('%s %s %s %s %s-%s %s', request, payee, amount, "
        "currency, first_accrual, last_accrual, state), ', ' ORDER BY request), '') "
        "FROM tidemark.payment",
        expected);
}

static void what_is_owed_is_requested_in_whole_units_and_the_fraction_carried(void **state)
{
    Night *night = *state;

    earn(night, "2026-11-01", 109); // 0.327 EUR
    set_minimum(night, "0");
    night_run(night, 0, "tidemark-request", "--date", "2026-11-24", NULL);
    assert_requests(night, "1 A 0.32 EUR 1-1 proposed");
    assert_balances(night, "A 0.007 EUR");
    assert_night_value(night,
                       "SELECT trim_scale(carried) || ' ' || made_on FROM tidemark.payment_request",
                       "0.007 2026-11-24");
    earn(night, "2026-11-02", 1); // together a whole cent
    assert_requests(night, "1 A 0.32 EUR 1-1 proposed, 2 A 0.01 EUR 2-2 proposed");
    assert_balances(night, "");
    assert_owed(night);
}

static void nothing_new_makes_no_request(void **state)
{
    Night *night = *state;

    earn(night, "2026-11-01", 100);
    set_minimum(night, "0");
    night_run(night, 0, "tidemark-request", NULL);
    night_run(night, 0, "tidemark-request", NULL);
    assert_told(night, "Nothing to request.");
    night_run(night, 0, "tidemark-request", "--payee", "A", NULL);
    assert_requests(night, "1 A 0.30 EUR 1-1 proposed");
    assert_night_value(night, "SELECT last FROM tidemark.counter WHERE name = 'request'", "1");
}

static void what_is_below_the_minimum_is_carried(void **state)
{
    Night *night = *state;

    earn(night, "2026-11-01", 333); // 0.999
    set_minimum(night, "1");
    night_run(night, 0, "tidemark-request", NULL);
    assert_requests(night, "");
    assert_balances(night, "A 0.999 EUR");
    earn(night, "2026-11-02", 1); // 1.002
    assert_requests(night, "1 A 1.00 EUR 1-2 proposed");
    assert_balances(night, "A 0.002 EUR");
}

static void a_negative_balance_nets_against_later_earnings(void **state)
{
    Night *night = *state;

    set_minimum(night, "0");
    earn(night, "2026-11-01", -100);
    assert_requests(night, "");
    assert_balances(night, "A -0.3 EUR");
    earn(night, "2026-11-02", 300);
    assert_requests(night, "1 A 0.60 EUR 1-2 proposed");
    assert_balances(night, "");
    assert_owed(night);
}

static void each_currency_has_its_own_request_and_minor_units(void **state)
{
    Night *night = *state;

    set_minimum(night, "0");
    money_change(night, "SELECT seed.rate('- JP - - -', '(,)', 'JPY', 0.9999);"
                        "SELECT seed.rate('- KW - - -', '(,)', 'KWD', 0.0011111);"
                        "SELECT seed.rate('- CL - - -', '(,)', 'CLF', 0.00001234);"
                        "SELECT seed.rate('- CH - - -', '(,)', 'XAU', 5)");
    money_batch(night, "2026-11-01",
                "'" UPC_1 " " ISRC_1 " JP premium 10 10 -', '" UPC_1 " " ISRC_1
                " KW premium 10 10 -', '" UPC_1 " " ISRC_1 " CL premium 10 10 -', '" UPC_1
                " " ISRC_1 " CH premium 1 1 -'");
    money_accrue(night);
    assert_requests(night, "1 A 0.0001 CLF 1-1 proposed, 2 A 9 JPY 1-1 proposed, "
                           "3 A 0.011 KWD 1-1 proposed");
    assert_balances(night, "A 0.0000234 CLF, A 0.999 JPY, A 0.000111 KWD, A 5 XAU");
    assert_owed(night);
}

static void requests_are_numbered_by_payee_and_currency_without_gaps(void **state)
{
    Night *night = *state;

    set_minimum(night, "0");
    money_change(night, "SELECT seed.split('" UPC_1 "', '-', '(,)', 'C 0.5', 'B 0.5');"
                        "SELECT seed.split('" UPC_2 "', '-', '(,)', 'A 1');"
                        "SELECT seed.rate('- US - - -', '(,)', 'USD', 1)");
    money_batch(night, "2026-11-01",
                "'" UPC_1 " " ISRC_1 " US premium 10 10 -', '" UPC_1 " " ISRC_1
                " DE premium 100 100 -', '" UPC_2 " " ISRC_2 " US premium 1 1 -'");
    money_accrue(night);
    assert_requests(night, "1 A 1.00 USD 1-1 proposed, 2 B 0.15 EUR 1-1 proposed, "
                           "3 B 5.00 USD 1-1 proposed, 4 C 0.15 EUR 1-1 proposed, "
                           "5 C 5.00 USD 1-1 proposed");
    assert_owed(night);
}

static void a_payee_is_asked_for_alone(void **state)
{
    Night *night = *state;

    money_change(night, "SELECT seed.split('" UPC_1 "', '-', '(,)', 'A 0.5', 'B 0.5')");
    earn(night, "2026-11-01", 100);
    set_minimum(night, "0");
    night_run(night, 0, "tidemark-request", "--payee", "B", NULL);
    assert_requests(night, "1 B 0.15 EUR 1-1 proposed");
    night_run(night, 64, "tidemark-request", "--payee", "nobody", NULL);
    assert_told(night, "there is no payee");
}

static const char monthly_yaml[] = "payer:\n"
                                   "  name: Tidemark Test\n"
                                   "requests:\n"
                                   "  due: monthly\n"
                                   "  day_of_month: 5\n"
                                   "providers:\n"
                                   "  wavecast:\n"
                                   "    zone: Europe/Berlin\n";

static void request_on(Night *night, const char *day)
{
    night_run(night, 0, "tidemark-request", "--date", day, NULL);
}

static void requests_of_a_months_day_are_made_once_for_it_also_late(void **state)
{
    Night *night = *state;

    night_settings(night, monthly_yaml);
    request_on(night, "2026-11-04"); // of October's day; there is nothing yet
    set_minimum(night, "0");
    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 100 100 -'");
    night_run(night, 0, "tidemark-aggregate", NULL);
    request_on(night, "2026-11-04");
    assert_told(night, "Requests are made on 2026-11-05.");
    assert_requests(night, "");
    assert_balances(night, "A 0.3 EUR"); // it is priced all the same
    request_on(night, "2026-11-07");     // the machine was down
    assert_requests(night, "1 A 0.30 EUR 1-1 proposed");
    money_batch(night, "2026-11-07", "'" UPC_1 " " ISRC_1 " DE premium 100 100 -'");
    night_run(night, 0, "tidemark-aggregate", NULL);
    request_on(night, "2026-11-08");
    assert_told(night, "Requests are made on 2026-12-05.");
    assert_requests(night, "1 A 0.30 EUR 1-1 proposed");
    night_run(night, 0, "tidemark-request", "--date", "2026-11-09", "--payee", "A", NULL);
    assert_requests(night, "1 A 0.30 EUR 1-1 proposed, 2 A 0.30 EUR 2-2 proposed");
}

static void a_run_as_if_it_were_later_holds_up_no_month_before(void **state)
{
    Night *night = *state;

    night_settings(night, monthly_yaml);
    set_minimum(night, "0");
    night_run(night, 0, "tidemark-request", "--date", "2062-11-24", NULL); // a slip of the pen
    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 100 100 -'");
    night_run(night, 0, "tidemark-aggregate", NULL);
    request_on(night, "2026-11-24");
    assert_requests(night, "1 A 0.30 EUR 1-1 proposed");
}

static void a_cancelled_request_gives_its_amount_back(void **state)
{
    Night *night = *state;

    set_minimum(night, "0");
    earn(night, "2026-11-01", 109);
    earn(night, "2026-11-02", 100);
    assert_requests(night, "1 A 0.32 EUR 1-1 proposed, 2 A 0.30 EUR 2-2 proposed");
    night_run(night, 0, "tidemark-request", "--cancel", "2", "--reason", "disputed", NULL);
    assert_told(night, "Request 2 is cancelled; 0.30 EUR go back to the balance of A.");
    assert_balances(night, "A 0.307 EUR");
    assert_night_value(night,
                       "SELECT from_state || ' ' || to_state || ' ' || reason "
                       "FROM tidemark.payment_request_event WHERE request = 2 AND number = 2",
                       "proposed cancelled disputed");
    assert_owed(night);
    night_run(night, 0, "tidemark-request", NULL); // its accruals are free again
    assert_requests(night, "1 A 0.32 EUR 1-1 proposed, 2 A 0.30 EUR 2-2 cancelled, "
                           "3 A 0.30 EUR 2-2 proposed");
    assert_balances(night, "A 0.007 EUR");
    assert_owed(night);
}

static void of_two_requests_of_a_payee_the_later_is_cancelled_first(void **state)
{
    Night *night = *state;

    set_minimum(night, "0");
    earn(night, "2026-11-01", 109);
    earn(night, "2026-11-02", 100);
    night_run(night, 65, "tidemark-request", "--cancel", "1", "--reason", "disputed", NULL);
    assert_told(night, "cancel that first");
    assert_requests(night, "1 A 0.32 EUR 1-1 proposed, 2 A 0.30 EUR 2-2 proposed");
    night_run(night, 0, "tidemark-request", "--cancel", "2", "--reason", "disputed", NULL);
    night_run(night, 0, "tidemark-request", "--cancel", "1", "--reason", "disputed", NULL);
    night_run(night, 0, "tidemark-request", NULL); // at once, and with the lines of both
    assert_requests(night, "1 A 0.32 EUR 1-1 cancelled, 2 A 0.30 EUR 2-2 cancelled, "
                           "3 A 0.62 EUR 1-2 proposed");
    assert_owed(night);
}

static void what_cannot_be_cancelled_stays(void **state)
{
    Night *night = *state;

    set_minimum(night, "0");
    earn(night, "2026-11-01", 100);
    night_run(night, 0, "tidemark-export", NULL);
    night_run(night, 65, "tidemark-request", "--cancel", "1", "--reason", "late", NULL);
    assert_told(night, "request 1 is in_payment and cannot become cancelled");
    night_run(night, 64, "tidemark-request", "--cancel", "2", "--reason", "late", NULL);
    assert_told(night, "there is no payment request 2");
    night_run(night, 64, "tidemark-request", "--cancel", "1", NULL);
    assert_requests(night, "1 A 0.30 EUR 1-1 in_payment");
    assert_balances(night, "");
}

/** Waits until SQL says "t"; the test fails after half a minute. */
static void wait_until(Night *night, const char *sql)
{
    for (int i = 0; i < 300; i++) {
        char *value = night_value(night, sql);
        bool is_so = *value == 't';

        free(value);
        if (is_so)
            return;
        (void)usleep(100000);
    }
    fail_msg("it did not come true: %s", sql);
}

static void of_two_runs_at_once_the_second_is_told_to_come_later(void **state)
{
    Night *night = *state;
    CommandResult first;

    set_minimum(night, "0");
    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 100 100 -'");
    night_run(night, 0, "tidemark-aggregate", NULL);
    // The first waits for the numbers of requests, which we hold.
    money_run(night, "BEGIN; SELECT 1 FROM tidemark.counter WHERE name = 'request' FOR UPDATE");

    Command *running = command_start((const char *const[]){"tidemark-request", NULL}, NULL, NULL);

    wait_until(night, "SELECT count(*) > 0 FROM pg_catalog.pg_locks WHERE NOT granted");
    night_run(night, 75, "tidemark-request", NULL);
    money_run(night, "ROLLBACK");
    command_finish(running, 60000, &first);
    assert_int_equal(first.status, 0);
    command_result_free(&first);
    assert_requests(night, "1 A 0.30 EUR 1-1 proposed");
    assert_owed(night);
}

// Between the look at what is proposed and the instructions for it.
static void a_request_that_comes_while_a_run_is_built_is_paid_by_the_next(void **state)
{
    Night *night = *state;
    CommandResult built;
    CommandResult requested;

    set_minimum(night, "0");
    earn(night, "2026-11-01", 100);
    money_change(night, "SELECT seed.split('" UPC_2 "', '-', '(,)', 'B 1')");
    money_batch(night, "2026-11-02", "'" UPC_2 " " ISRC_2 " DE premium 200 200 -'");
    night_run(night, 0, "tidemark-aggregate", NULL);
    // Export waits for the numbers of runs, which we hold.
    money_run(night, "BEGIN; SELECT 1 FROM tidemark.counter WHERE name = 'payout_run' FOR UPDATE");

    Command *export = command_start((const char *const[]){"tidemark-export", NULL}, NULL, NULL);

    night_wait_for_locks(night, "1");

    Command *request = command_start((const char *const[]){"tidemark-request", NULL}, NULL, NULL);

    wait_until(night, "SELECT (SELECT count(*) = 2 FROM tidemark.payment_request)"
                      "    OR (SELECT count(*) = 2 FROM pg_catalog.pg_locks WHERE NOT granted)");
    money_run(night, "ROLLBACK");
    command_finish(export, 60000, &built);
    command_finish(request, 60000, &requested);
    if (built.status != 0)
        fail_msg("export ended with %d: %s", built.status, built.err);
    assert_int_equal(requested.status, 0);
    command_result_free(&built);
    command_result_free(&requested);
    assert_requests(night, "1 A 0.30 EUR 1-1 in_payment, 2 B 0.60 EUR 1-2 proposed");
    night_run(night, 0, "tidemark-export", NULL);
    assert_requests(night, "1 A 0.30 EUR 1-1 in_payment, 2 B 0.60 EUR 1-2 in_payment");
    assert_owed(night);
}

static void what_nobody_can_pay_waits_and_holds_up_nobody(void **state)
{
    Night *night = *state;

    set_minimum(night, "0");
    money_change(night, "SELECT seed.split('" UPC_1 "', '-', '(,)', 'A 0.5', 'B 0.5')");
    money_run(night, "UPDATE tidemark.payee SET iban = '' WHERE key = 'A'");
    earn(night, "2026-11-01", 100);
    night_run(night, 65, "tidemark-export", NULL);
    assert_told(night, "has no iban, account_number or vendor_id");
    assert_requests(night, "1 A 0.15 EUR 1-1 proposed, 2 B 0.15 EUR 1-1 in_payment");
    night_run(night, 65, "tidemark-export", NULL); // told until it is mended, and no run of nothing
    assert_told(night, "No payment request can be exported.");
    assert_night_value(night, "SELECT last FROM tidemark.counter WHERE name = 'payout_run'", "1");
    money_run(night, "UPDATE tidemark.payee SET vendor_id = 'V-7' WHERE key = 'A'");
    night_run(night, 0, "tidemark-export", NULL);
    assert_requests(night, "1 A 0.15 EUR 1-1 in_payment, 2 B 0.15 EUR 1-1 in_payment");
    assert_owed(night);
}

static void a_dry_run_shows_all_and_leaves_nothing(void **state)
{
    Night *night = *state;

    set_minimum(night, "0");
    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 100 100 -'");
    night_run(night, 0, "tidemark-aggregate", NULL);

    const json_t *document = night_run_json(night, 0, "tidemark-request", "--dry-run", NULL);
    const json_t *request = json_array_get(json_object_get(document, "requests"), 0);

    assert_string_equal(json_string_value(json_object_get(request, "amount")), "0.30");
    assert_string_equal(json_string_value(json_object_get(request, "payee")), "A");
    assert_int_equal(json_array_size(json_object_get(document, "priced")), 1);
    assert_requests(night, "");
    assert_balances(night, "");
    assert_night_value(night, "SELECT count(*) FROM tidemark.pricing", "0");
}

static void two_live_requests_over_the_same_accruals_cannot_be_stored(void **state)
{
    Night *night = *state;

    set_minimum(night, "0");
    earn(night, "2026-11-01", 100);
    assert_night_value(
        night,
        "DO $$ BEGIN INSERT INTO tidemark.payment_request (payee, number, currency, accruals, "
        "amount, carried, made_on) SELECT payee, 99, currency, accruals, amount, carried, made_on "
        "FROM tidemark.payment_request; RAISE 'stored'; "
        "EXCEPTION WHEN exclusion_violation THEN NULL; END $$",
        "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MONEY_TEST(what_is_owed_is_requested_in_whole_units_and_the_fraction_carried),
        MONEY_TEST(nothing_new_makes_no_request),
        MONEY_TEST(what_is_below_the_minimum_is_carried),
        MONEY_TEST(a_negative_balance_nets_against_later_earnings),
        MONEY_TEST(each_currency_has_its_own_request_and_minor_units),
        MONEY_TEST(requests_are_numbered_by_payee_and_currency_without_gaps),
        MONEY_TEST(a_payee_is_asked_for_alone),
        MONEY_TEST(requests_of_a_months_day_are_made_once_for_it_also_late),
        MONEY_TEST(a_run_as_if_it_were_later_holds_up_no_month_before),
        MONEY_TEST(a_cancelled_request_gives_its_amount_back),
        MONEY_TEST(of_two_requests_of_a_payee_the_later_is_cancelled_first),
        MONEY_TEST(what_cannot_be_cancelled_stays),
        MONEY_TEST(of_two_runs_at_once_the_second_is_told_to_come_later),
        MONEY_TEST(a_request_that_comes_while_a_run_is_built_is_paid_by_the_next),
        MONEY_TEST(what_nobody_can_pay_waits_and_holds_up_nobody),
        MONEY_TEST(a_dry_run_shows_all_and_leaves_nothing),
        MONEY_TEST(two_live_requests_over_the_same_accruals_cannot_be_stored),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
