#include "support/demo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

// Every column of every table and view that tidemark_reader may read, searched for what the
// catalogue has of bank accounts; but for the name of a holder that is the payee's own.
static const char bank_data_that_readers_see[] =
    "CREATE TEMPORARY TABLE secret AS\n"
    "SELECT DISTINCT word FROM tidemark.payee\n"
    " CROSS JOIN LATERAL unnest(ARRAY[iban, account_holder, account_number]) AS word\n"
    " WHERE word <> '' AND word NOT IN (SELECT name FROM tidemark.payee);\n"
    "CREATE TEMPORARY TABLE seen (place text);\n"
    "DO $$\n"
    "DECLARE place record;\n"
    "BEGIN\n"
    "    FOR place IN\n"
    "        SELECT attrelid::regclass AS relation, quote_ident(attname) AS name\n"
    "          FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid\n"
    "         WHERE relnamespace = 'tidemark'::regnamespace AND relkind IN ('r', 'v', 'p', 'm')\n"
    "           AND attnum > 0 AND NOT attisdropped\n"
    "           AND has_column_privilege('tidemark_reader', attrelid, attnum, 'SELECT')\n"
    "    LOOP\n"
    "        EXECUTE format('INSERT INTO seen SELECT DISTINCT %L || secret.word FROM secret'\n"
    "                       ' JOIN %s AS source ON strpos(source.%s::text, secret.word) > 0',\n"
    "                       place.relation || '.' || place.name || ': ', place.relation,\n"
    "                       place.name);\n"
    "    END LOOP;\n"
    "END $$;\n"
    "SELECT string_agg(place, '; ' ORDER BY place) FROM seen";

static void what_readers_see_of_a_night_has_no_bank_accounts(void **state)
{
    Night *night = *state;

    free(demo_run(night, "night"));
    assert_night_value(night, "SELECT count(*) > 0 FROM tidemark.instruction WHERE iban <> ''",
                       "t");
    assert_night_value(night, bank_data_that_readers_see, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(what_readers_see_of_a_night_has_no_bank_accounts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
