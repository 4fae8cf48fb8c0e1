#include "aggregate/suspense.h"

#include "sql.h"

#include <assert.h>

const SuspenseReason suspense_reasons[SUSPENSE_REASONS] = {
    [SUSPENDED_ODD_RECORDING] =
        {"odd_recording",
         "the ISRC is malformed: import an alias that names the recording it means"},
    [SUSPENDED_ODD_RELEASE] =
        {"odd_release",
         "the UPC is malformed, or a GRid: import an alias that names the release it "
         "means"},
    [SUSPENDED_NO_CODE] = {"no_code",
                           "the row names neither a recording nor a release: ask the provider"},
    [SUSPENDED_UNKNOWN_RECORDING] = {"unknown_recording",
                                     "import the recording and the release that it is on"},
    [SUSPENDED_UNKNOWN_RELEASE] = {"unknown_release",
                                   "import the release that the row names, or an alias"},
    [SUSPENDED_AMBIGUOUS_RELEASE] =
        {"ambiguous_release",
         "the recording is on several releases: make one of them its primary one"},
    [SUSPENDED_NO_RELEASE] = {"no_release", "the recording is on no release: import its track"},
    [SUSPENDED_UNKNOWN_TERRITORY] = {"unknown_territory",
                                     "import an alias that names the territory it means"},
    [SUSPENDED_NO_RATE] = {"no_rate",
                           "import a rate that covers the provider, territory, tier and day"},
    [SUSPENDED_NO_SPLIT] = {"no_split", "import a split of the release for the day"},
};

Suspended suspense_reason(const char *name)
{
    int reason = 0;

    if (name == NULL)
        return SUSPENDED_NOT;
    while (reason < SUSPENSE_REASONS && !text_equal(suspense_reasons[reason].name, name))
        reason++;
    assert(reason < SUSPENSE_REASONS); // a test holds the table against the type in the schema
    return (Suspended)reason;
}

const char *suspense_remedy(const char *reason)
{
    assert(reason != NULL);
    return suspense_reasons[suspense_reason(reason)].remedy;
}

Status suspense_list(Store *store, const char *feed, const char *reason, StoreRowFunction *each,
                     void *context, Error *error)
{
    Status status = STATUS_OK;

    TRY(store_execute(store, &sql_tune_suspense, NO_PARAMS, NULL, error));
    TRY(store_query_each(store, &sql_list_suspense, PARAMS(param_text(feed), param_text(reason)),
                         each, context, error));

cleanup:
    return status;
}

Status suspense_totals(Store *store, const char *feed, const char *reason, Rows **out_rows,
                       Error *error)
{
    return store_query(store, &sql_total_suspense, PARAMS(param_text(feed), param_text(reason)),
                       out_rows, error);
}
