#include "support/catalogue_files.h"
#include "support/night.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

// What an import refuses: all that is wrong is told at once, each with file and line, and nothing
// of it is in the catalogue.

static void rows_and_values_are_told_before_what_refers_to_them(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_write(night, "releases.csv", "upc,titel,artist,released_on\n");
    catalogue_write(night, "recordings.csv",
                    "isrc,title,artist\n"
                    "DEA120000001,Low Water,ebb,more\n"
                    "DEA12000000,Mudflats,flow\n"
                    "DEA120000002,\"Mud\"flats,ebb\n");
    catalogue_write(night, "payees.csv",
                    "key,name,vendor_id,minimum,account_holder,iban,bic,clearing_system,"
                    "clearing_code,account_number,country\n"
                    "P-1,Ebb,,-1,,DE88370400440532013000,,,,,\n");
    catalogue_write(night, "split.csv", "upc\n");
    assert_catalogue_faults(
        night,
        "payees.csv:2: iban is \"DE88…3000\"; expected an IBAN of its country's length whose "
        "check digits match; ask the payee for it again\n"
        "payees.csv:2: minimum is \"-1\"; expected a number such as 0.0031, not negative, "
        "with a point and at most 12 decimals\n"
        "releases.csv:1: column \"titel\" is unknown; the nearest is \"title\"\n"
        "releases.csv:1: column \"title\" is missing\n"
        "recordings.csv:2: the row has 4 fields, the header 3\n"
        "recordings.csv:3: isrc is \"DEA12000000\"; expected an ISRC, such as USRC17607839\n"
        "recordings.csv:4: a quotation mark stands in \"\"Mud\"flats\", which does not "
        "begin with one, or behind the one that ends it\n"
        "split.csv:0: the catalogue has no such file; the nearest is \"splits.csv\"\n");
}

static void an_account_that_cannot_be_is_told(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_write(night, "payees.csv",
                    "key,name,vendor_id,minimum,account_holder,iban,bic,clearing_system,"
                    "clearing_code,account_number,country\n"
                    "P-1,a,,0,,DE89370400440532013000,ABNANL2A,,,,DE\n"
                    "P-2,b,,0,,,ABNAZZ2A,,,,ZZ\n"
                    "P-3,c,,0,,,,USABA,021000022,123,US\n"
                    "P-4,d,,0,,,,USABA,02100002,123,US\n"
                    "P-5,e,,0,,,,GBDSC,40-47-84,123,GB\n"
                    "P-6,f,,0,,GB29NWBK60161331926819,MIDLJESXXXX,,,,JE\n"
                    "P-7,g,,0,,FR1420041010050500013M02606,SOGEMQ22,,,,MQ\n"
                    "P-8,h,,0,,,,USABA,021000021,123,US\n"
                    "P-9,i,,0,,,,GBDSC,404784,123,GB\n");
    assert_catalogue_faults(
        night,
        "payees.csv:2: BIC ABNANL2A is of NL, the IBAN of DE; ask the payee which is right\n"
        "payees.csv:3: BIC ABNAZZ2A is of \"ZZ\", which is no country; ask the payee for it again\n"
        "payees.csv:3: country \"ZZ\" is none that is known; expected two letters of ISO 3166-1\n"
        "payees.csv:4: routing number 021000022: check digit wrong; ask the payee for it again\n"
        "payees.csv:5: routing number 02100002: expected 9 digits\n"
        "payees.csv:6: sort code 40-47-84: expected 6 digits\n");
}

/** One fault a row: told of each pair, they would be millions. */
static void a_row_that_is_there_a_thousand_times_is_told_once_each(void **state)
{
    enum { ROWS = 5000, TOLD = 300 };
    Night *night = *state;
    Text text = {0};
    char *expected =
        text_format("%d faults: the first %d are told above, and %d more", ROWS, TOLD, ROWS - TOLD);

    catalogue_write_all(night);
    text_append(&text, "upc,isrc,payee,share,valid_from,valid_to\n");
    for (int i = 0; i < ROWS; i++)
        text_append(&text, "4006381333931,,P-1,0.5,2026-01-01,\n");
    catalogue_write(night, "splits.csv", text_bytes(&text));

    const json_t *document = night_run_json(night, 65, "tidemark-catalogue", "import",
                                            night_path(night, "catalogue"), NULL);
    const json_t *faults = json_object_get(document, "faults");

    // All but the first row, and their sum.
    assert_string_equal(json_string_value(json_object_get(document, "error")), expected);
    assert_int_equal(json_array_size(faults), TOLD);
    assert_string_equal(json_string_value(json_object_get(json_array_get(faults, 1), "message")),
                        "payee \"P-1\" has a share on some of these days already, by line 2");
    text_free(&text);
    free(expected);
}

static void a_file_that_ends_within_quotes_is_refused(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_write(night, "labels.csv", "key,name\nharbour,\"Harbour\n");
    assert_catalogue_faults(
        night,
        "labels.csv:0: line 2: the quotation mark that opens a field here is never closed\n");
}

static void a_file_without_a_header_is_refused(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_write(night, "labels.csv", "");
    catalogue_write(night, "artists.csv", "key,name,key\n");
    assert_catalogue_faults(night, "labels.csv:0: the file is empty; expected a header\n"
                                   "artists.csv:1: column \"key\" is there twice\n"
                                   "artists.csv:1: column \"label\" is missing\n");
}

static void what_is_named_must_be_known(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_write(night, "labels.csv", "key,name\nharbour,Harbour\nharbour,Again\n");
    catalogue_write(night, "artists.csv", "key,name,label\nebb,Ebb & Flow,harbor\n");
    catalogue_write(night, "releases.csv",
                    "upc,title,artist,released_on\n"
                    "4006381333931,Low Water,flow,\n"
                    "4006381333931,Low Water,ebb,\n"
                    "5901234123457,Spring Tide,ebb,\n");
    catalogue_write(night, "tracks.csv",
                    "upc,isrc,position,primary\n"
                    "4012345678901,DEA120000001,1,no\n"
                    "5901234123457,USRC17607839,1,no\n"
                    "5901234123457,DEA120000001,2,no\n"
                    "5901234123457,DEA120000001,3,no\n");
    catalogue_write(night, "splits.csv",
                    "upc,isrc,payee,share,valid_from,valid_to\n"
                    "4006381333931,USRC17607839,P-9,1,,\n");
    assert_catalogue_faults(
        night,
        "labels.csv:3: label \"harbour\" stands in line 2 already\n"
        "artists.csv:2: label \"harbor\" is neither in labels.csv nor in the catalogue\n"
        "releases.csv:2: artist \"flow\" is neither in artists.csv nor in the catalogue\n"
        "releases.csv:3: release \"4006381333931\" stands in line 2 already\n"
        "tracks.csv:2: release \"4012345678901\" is neither in releases.csv nor in the catalogue\n"
        "tracks.csv:3: recording \"USRC17607839\" is neither in recordings.csv nor in the "
        "catalogue\n"
        "tracks.csv:5: recording \"DEA120000001\" stands on release \"5901234123457\" in line 4 "
        "already\n"
        "splits.csv:2: payee \"P-9\" is neither in payees.csv nor in the catalogue\n"
        "splits.csv:2: recording \"USRC17607839\" is neither in recordings.csv nor in the "
        "catalogue\n");
}

static void a_recording_has_one_primary_release(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_write(night, "tracks.csv",
                    "upc,isrc,position,primary\n"
                    "4006381333931,DEA120000001,1,yes\n"
                    "5901234123457,DEA120000001,1,yes\n");
    assert_catalogue_faults(night, "tracks.csv:3: recording \"DEA120000001\" has a primary release "
                                   "already, \"4006381333931\" in line 2; it may have one\n");
    catalogue_write_all(night);
    catalogue_import_all(night);
    catalogue_write(night, "tracks.csv",
                    "upc,isrc,position,primary\n"
                    "5901234123457,DEA120000001,1,yes\n");
    assert_catalogue_faults(night, "tracks.csv:2: recording \"DEA120000001\" has a primary release "
                                   "already, \"4006381333931\"; it may have one\n");
}

static void shares_add_up_to_exactly_one_on_every_day(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_write(night, "splits.csv",
                    "upc,isrc,payee,share,valid_from,valid_to\n"
                    "4006381333931,,P-1,0.5,2026-01-01,2026-06-30\n"
                    "4006381333931,,P-2,0.5,2026-01-01,\n"
                    "4006381333931,DEA120000002,P-1,0.333333333333,,\n"
                    "4006381333931,DEA120000002,P-2,0.666666666666,,\n"
                    "5901234123457,,P-1,0.5,2026-01-01,2026-06-30\n"
                    "5901234123457,,P-1,0.5,2026-06-30,\n"
                    "5901234123457,DEA120000001,P-1,1,2026-02-01,2026-01-31\n");
    assert_catalogue_faults(
        night, "splits.csv:3: the shares of release \"4006381333931\" add up to 0.5 from "
               "2026-07-01; they must add up to exactly 1\n"
               "splits.csv:4: the shares of release \"4006381333931\", recording \"DEA120000002\" "
               "add up to 0.999999999999; they must add up to exactly 1\n"
               "splits.csv:6: the shares of release \"5901234123457\" add up to 0.5 from "
               "2026-01-01 to 2026-06-29; they must add up to exactly 1\n"
               "splits.csv:7: payee \"P-1\" has a share on some of these days already, by line 6\n"
               "splits.csv:7: the shares of release \"5901234123457\" add up to 0.5 from "
               "2026-07-01; they must add up to exactly 1\n"
               "splits.csv:8: valid_to is 2026-01-31, before valid_from, which is 2026-02-01; it "
               "is the last day included\n");
}

static void a_rate_is_in_a_currency_that_can_be_paid(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_write(night, "rates.csv",
                    "provider,territory,tier,upc,isrc,basis,currency,rate,valid_from,valid_to\n"
                    "wavecst,,,,,monetised,EUR,0.1,,\n"
                    ",UK,,,,monetised,HRK,0.1,,\n"
                    ",,free,,,monetised,XAU,0.1,,\n"
                    ",,paid,,,monetised,EUX,0.1,,\n"
                    ",,,,,monetised,,0.1,,\n"
                    ",,,4012345678901,USRC17607839,amount,EUR,0.1,,\n"
                    ",DE,,,,monetised,EUR,0.1,2026-01-01,2026-01-31\n"
                    ",DE,,,,monetised,EUR,0.2,2026-01-31,\n");
    assert_catalogue_faults(
        night,
        "rates.csv:2: provider \"wavecst\" is none of the settings; they have wavecast\n"
        "rates.csv:3: currency \"HRK\" was withdrawn; its successor is EUR\n"
        "rates.csv:3: territory \"UK\" is none that is known; expected two letters of ISO 3166-1, "
        "or nothing for all\n"
        "rates.csv:4: currency \"XAU\" cannot be paid: it has no minor unit\n"
        "rates.csv:5: currency \"EUX\" is none of ISO 4217\n"
        "rates.csv:6: a rate of basis \"monetised\" is money for a stream: currency is missing\n"
        "rates.csv:7: a rate of basis \"amount\" is a share of what the provider reports, in its "
        "currency: currency must be empty\n"
        "rates.csv:7: recording \"USRC17607839\" is neither in recordings.csv nor in the "
        "catalogue\n"
        "rates.csv:7: release \"4012345678901\" is neither in releases.csv nor in the catalogue\n"
        "rates.csv:9: a rate for the same provider, territory, tier, release and recording holds "
        "on some of these days already, by line 8\n");
}

static void an_alias_means_one_thing_that_is_known(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_write(night, "aliases.csv",
                    "kind,alias,target,valid_from,valid_to\n"
                    "territory,GB,IE,,\n"
                    "territory,UK,EU,2026-01-01,\n"
                    "territory,WW,DE,,\n"
                    "territory,WW,FR,,\n"
                    "recording,DEA120000009,DEA120000008,,\n"
                    "recording,DEA120000001,DEA120000001,,\n"
                    "release,low,4006381333931,,2026-12-31\n"
                    "release,low,5901234123457,2026-12-31,\n");
    assert_catalogue_faults(
        night,
        "aliases.csv:2: territory \"GB\" is known by itself; an alias cannot give it another "
        "meaning\n"
        "aliases.csv:3: territory \"EU\" is none that is known; expected two letters of ISO "
        "3166-1\n"
        "aliases.csv:3: the alias of a territory holds on all days: valid_from and valid_to must "
        "be empty\n"
        "aliases.csv:5: territory alias \"WW\" stands in line 4 already\n"
        "aliases.csv:6: recording \"DEA120000008\", which the alias is for, is neither in "
        "recordings.csv nor in the catalogue\n"
        "aliases.csv:7: recording \"DEA120000001\" is an alias for itself\n"
        "aliases.csv:9: release \"low\" is an alias on some of these days already, by line 8\n");
}

static void a_release_that_the_catalogue_has_is_dated_by_its_life_cycle_alone(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_import_all(night);
    catalogue_write(night, "releases.csv",
                    "upc,title,artist,released_on\n"
                    "4006381333931,Low Water,ebb,2026-09-05\n"
                    "5901234123457,Spring Tide,ebb,2026-10-01\n");
    assert_catalogue_faults(
        night, "releases.csv:2: release \"4006381333931\" has 2026-09-04 in the catalogue as its "
               "date, which an import does not change; found 2026-09-05\n"
               "releases.csv:3: release \"5901234123457\" is created in the catalogue, so that "
               "`tidemark release` dates it: released_on must be empty\n");
}

static void songs_can_be_added_only_before_approval(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_import_all(night);
    night_run(night, 0, "tidemark-release", "propose", "5901234123457", "2026-12-04", NULL);
    night_run(night, 0, "tidemark-release", "approve", "5901234123457", "--label", "harbour", NULL);
    catalogue_write(night, "tracks.csv",
                    "upc,isrc,position,primary\n"
                    "5901234123457,DEA120000002,1,no\n");
    assert_catalogue_faults(
        night, "tracks.csv:2: release \"5901234123457\" is approved: its songs can change only "
               "before approval; \"DEA120000001\", which is on it, is missing\n"
               "tracks.csv:2: release \"5901234123457\" is approved: songs can be added only "
               "before approval; found \"DEA120000002\", which is not on it\n");
}

static void songs_of_what_was_withdrawn_unheard_do_not_change(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_import_all(night);
    night_run(night, 0, "tidemark-release", "withdraw", "5901234123457", "--reason", "lost", NULL);
    night_run(night, 0, "tidemark-release", "withdraw", "4006381333931", "--reason", "lost", NULL);
    catalogue_write(night, "tracks.csv",
                    "upc,isrc,position,primary\n"
                    "4006381333931,DEA120000001,1,yes\n"
                    "5901234123457,DEA120000001,1,no\n"
                    "5901234123457,DEA120000002,2,no\n");
    assert_catalogue_faults(
        night,
        "tracks.csv:4: release \"5901234123457\" is withdrawn: songs can be added only before "
        "approval; found \"DEA120000002\", which is not on it\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(rows_and_values_are_told_before_what_refers_to_them),
        NIGHT_TEST(an_account_that_cannot_be_is_told),
        NIGHT_TEST(a_row_that_is_there_a_thousand_times_is_told_once_each),
        NIGHT_TEST(a_file_that_ends_within_quotes_is_refused),
        NIGHT_TEST(a_file_without_a_header_is_refused),
        NIGHT_TEST(what_is_named_must_be_known),
        NIGHT_TEST(a_recording_has_one_primary_release),
        NIGHT_TEST(shares_add_up_to_exactly_one_on_every_day),
        NIGHT_TEST(a_rate_is_in_a_currency_that_can_be_paid),
        NIGHT_TEST(an_alias_means_one_thing_that_is_known),
        NIGHT_TEST(a_release_that_the_catalogue_has_is_dated_by_its_life_cycle_alone),
        NIGHT_TEST(songs_can_be_added_only_before_approval),
        NIGHT_TEST(songs_of_what_was_withdrawn_unheard_do_not_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
