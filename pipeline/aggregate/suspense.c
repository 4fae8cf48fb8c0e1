#include "aggregate/suspense.h"

#include "sql.h"

#include <assert.h>

const SuspenseReason suspense_reasons[SUSPENSE_REASONS] = {
    {"odd_recording", "the ISRC is malformed: import an alias that names the recording it means"},
    {"odd_release", "the UPC is malformed, or a GRid: import an alias that names the release it "
                    "means"},
    {"no_code", "the row names neither a recording nor a release: ask the provider"},
    {"unknown_recording", "import the recording and the release that it is on"},
    {"unknown_release", "import the release that the row names, or an alias"},
    {"ambiguous_release", "the recording is on several releases: make one of them its primary one"},
    {"no_release", "the recording is on no release: import its track"},
    {"unknown_territory", "import an alias that names the territory it means"},
    {"no_rate", "import a rate that covers the provider, territory, tier and day"},
    {"no_split", "import a split of the release for the day"},
};

const char *suspense_remedy(const char *reason)
{
    size_t i = 0;

    while (i < SUSPENSE_REASONS && !text_equal(suspense_reasons[i].name, reason))
        i++;
    assert(i < SUSPENSE_REASONS); // a test holds the table against the type in the schema
    return suspense_reasons[i].remedy;
}

Status suspense_list(Store *store, const char *feed, const char *reason, Rows **out_rows,
                     Error *error)
{
    return store_query(store, &sql_list_suspense, PARAMS(param_text(feed), param_text(reason)),
                       out_rows, error);
}

Status suspense_totals(Store *store, const char *feed, const char *reason, Rows **out_rows,
                       Error *error)
{
    return store_query(store, &sql_total_suspense, PARAMS(param_text(feed), param_text(reason)),
                       out_rows, error);
}
