#include "support/catalogue_files.h"

#include "base/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
    const char *name, *text;
} sound_files[CATALOGUE_FILES] = {
    {"labels.csv", "key,name\nharbour,Harbour Records\n"},
    {"artists.csv", "key,name,label\nebb,Ebb & Flow,harbour\n"},
    {"payees.csv",
     "key,name,vendor_id,minimum,account_holder,iban,bic,clearing_system,clearing_code,"
     "account_number,country\n"
     "P-1,Ebb & Flow,V1,10,Ebb und Flow GbR,DE89370400440532013000,COBADEFFXXX,,,,DE\n"
     "P-2,Søren,V2,0.50,Soren,,,,,,\n"},
    {"releases.csv", "upc,title,artist,released_on\n"
                     "4006381333931,Low Water,ebb,2026-09-04\n"
                     "5901234123457,Spring Tide,ebb,\n"},
    {"recordings.csv", "isrc,title,artist\n"
                       "DEA120000001,Low Water,ebb\n"
                       "DEA120000002,Mudflats,ebb\n"},
    {"tracks.csv", "upc,isrc,position,primary\n"
                   "4006381333931,DEA120000001,1,yes\n"
                   "4006381333931,DEA120000002,2,no\n"
                   "5901234123457,DEA120000001,1,no\n"},
    {"aliases.csv", "kind,alias,target,valid_from,valid_to\n"
                    "territory,UK,GB,,\n"
                    "recording,DEA120000009,DEA120000001,2026-01-01,\n"
                    "release,low-water,4006381333931,,2026-12-31\n"},
    {"rates.csv", "provider,territory,tier,upc,isrc,basis,currency,rate,valid_from,valid_to\n"
                  "wavecast,,,,,monetised,EUR,0.0031,,2026-11-01\n"
                  "wavecast,,,,,monetised,EUR,0.0033,2026-11-02,\n"
                  ",,,,,amount,,0.8,,\n"},
    {"splits.csv", "upc,isrc,payee,share,valid_from,valid_to\n"
                   "4006381333931,,P-1,0.5,,2026-06-30\n"
                   "4006381333931,,P-2,0.5,,\n"
                   "4006381333931,,P-1,0.5,2026-07-01,\n"
                   "4006381333931,DEA120000002,P-2,1,,\n"},
};

void catalogue_write(Night *night, const char *name, const char *text)
{
    char *place = text_format("catalogue/%s", name);

    night_write(night, place, text);
    free(place);
}

void catalogue_write_all(Night *night)
{
    for (size_t i = 0; i < CATALOGUE_FILES; i++)
        catalogue_write(night, sound_files[i].name, sound_files[i].text);
}

void catalogue_import_all(Night *night)
{
    (void)night_run_json(night, 0, "tidemark-catalogue", "import", night_path(night, "catalogue"),
                         NULL);
}

static char *faults_of_import(Night *night)
{
    const json_t *document = night_run_json(night, 65, "tidemark-catalogue", "import",
                                            night_path(night, "catalogue"), NULL);
    const json_t *faults = json_object_get(document, "faults");
    Text text = {0};

    for (size_t i = 0; i < json_array_size(faults); i++) {
        const json_t *fault = json_array_get(faults, i);

        text_append_format(&text, "%s:%lld: %s\n",
                           path_name(json_string_value(json_object_get(fault, "file"))),
                           (long long)json_integer_value(json_object_get(fault, "line")),
                           json_string_value(json_object_get(fault, "message")));
    }
    return text_take(&text);
}

// All that an import may touch, in one number.
static char *catalogue_digest(Night *night)
{
    return night_value(
        night,
        "SELECT md5(concat((SELECT string_agg(x::text, '' ORDER BY x::text) FROM tidemark.label AS "
        "x),"
        "  (SELECT string_agg(x::text, '' ORDER BY x::text) FROM tidemark.artist AS x),"
        "  (SELECT string_agg(x::text, '' ORDER BY x::text) FROM tidemark.payee AS x),"
        "  (SELECT string_agg(x::text, '' ORDER BY x::text) FROM tidemark.release AS x),"
        "  (SELECT string_agg(x::text, '' ORDER BY x::text) FROM tidemark.recording AS x),"
        "  (SELECT string_agg(x::text, '' ORDER BY x::text) FROM tidemark.recording_on_release AS "
        "x),"
        "  (SELECT string_agg(x::text, '' ORDER BY x::text) FROM tidemark.alias AS x),"
        "  (SELECT string_agg(x::text, '' ORDER BY x::text) FROM tidemark.territory_alias AS x),"
        "  (SELECT string_agg(x::text, '' ORDER BY x::text) FROM tidemark.rate AS x),"
        "  (SELECT string_agg(x::text, '' ORDER BY x::text) FROM tidemark.split AS x),"
        "  (SELECT string_agg(x::text, '' ORDER BY x::text) FROM tidemark.counter AS x),"
        "  (SELECT string_agg(x::text, '' ORDER BY x::text) FROM tidemark.catalogue_version AS "
        "x)))");
}

void assert_catalogue_faults(Night *night, const char *expected)
{
    char *before = catalogue_digest(night);
    char *faults = faults_of_import(night);
    char *after = catalogue_digest(night);

    assert_string_equal(faults, expected);
    assert_string_equal(after, before);
    free(before);
    free(faults);
    free(after);
}
