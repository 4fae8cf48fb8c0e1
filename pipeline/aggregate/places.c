#include "aggregate/places.h"

#include "aggregate/codes.h"
#include "base/memory.h"
#include "sql.h"

#include <stdlib.h>

#define DAY_EVER INT32_MAX

/** Of either kind of code. */
typedef struct Alias {
    Code alias;
    Code target;
    Day first; // DAY_NONE, which is before all days: ever before
    Day last;  // DAY_EVER: ever after
} Alias;

typedef struct Aliases {
    Alias *aliases; // as they rise, and with each its days
    size_t count;
} Aliases;

typedef struct Home {
    Code recording;
    Code release; // CODE_NONE: it is on several, of which none is primary
} Home;

struct Places {
    Codes unknown_markets;
    Aliases releases;
    Aliases recordings;
    Codes sought_releases;
    Codes sought_recordings; // of rows that name no release
    Codes unknown_releases;
    Home *homes; // as recordings rise: those that are on a release
    size_t home_count;
    Codes homeless; // recordings that are known, and on none
};

Places *places_new(void)
{
    return MEMORY_NEW(Places, 1);
}

void places_free(Places *places)
{
    if (places == NULL)
        return;
    codes_free(&places->unknown_markets);
    free(places->releases.aliases);
    free(places->recordings.aliases);
    codes_free(&places->sought_releases);
    codes_free(&places->sought_recordings);
    codes_free(&places->unknown_releases);
    free(places->homes);
    codes_free(&places->homeless);
    free(places);
}

bool places_know_all_markets(const Places *places)
{
    return places->unknown_markets.count == 0;
}

bool places_know_market(const Places *places, int64_t market)
{
    return !codes_have(&places->unknown_markets, market);
}

static Status read_aliases(Aliases *aliases, Store *store, const char *kind, int64_t version,
                           Error *error)
{
    Rows *rows = NULL;
    Status status = store_query(store, &sql_aliases_in_force,
                                PARAMS(param_text(kind), param_int64(version)), &rows, error);

    if (status != STATUS_OK)
        return status;
    aliases->count = rows_count(rows);
    aliases->aliases = MEMORY_NEW(Alias, aliases->count);
    for (size_t i = 0; i < aliases->count; i++)
        aliases->aliases[i] =
            (Alias){.alias = rows_int64(rows, i, "alias"),
                    .target = rows_int64(rows, i, "target"),
                    .first = rows_day(rows, i, "first"),
                    .last = rows_is_null(rows, i, "last") ? DAY_EVER : rows_day(rows, i, "last")};
    rows_free(rows);
    return STATUS_OK;
}

Status places_begin(Places *places, Store *store, int64_t version, Error *error)
{
    Status status = STATUS_OK;

    TRY(codes_read(&places->unknown_markets, store, &sql_unknown_markets,
                   PARAMS(param_int64(version)), "market", error));
    TRY(read_aliases(&places->releases, store, "release", version, error));
    TRY(read_aliases(&places->recordings, store, "recording", version, error));

cleanup:
    return status;
}

/** What a code means on a day. */
static Code aliases_find(const Aliases *aliases, Code code, Day day)
{
    size_t low = 0;
    size_t high = aliases->count;

    while (low < high) { // the first that is neither below it, nor over before the day
        size_t middle = low + (high - low) / 2;
        const Alias *alias = &aliases->aliases[middle];

        if (alias->alias < code || (alias->alias == code && alias->last < day))
            low = middle + 1;
        else
            high = middle;
    }
    if (low < aliases->count && aliases->aliases[low].alias == code &&
        aliases->aliases[low].first <= day)
        return aliases->aliases[low].target;
    return code;
}

static Name meant_by(const Places *places, const Name *name)
{
    return (Name){.release = aliases_find(&places->releases, name->release, name->day),
                  .recording = aliases_find(&places->recordings, name->recording, name->day),
                  .day = name->day};
}

static int compare_homes(const void *of_left, const void *of_right)
{
    const Home *left = of_left;
    const Home *right = of_right;

    return (left->recording > right->recording) - (left->recording < right->recording);
}

static const Home *find_home(const Places *places, Code recording)
{
    Home sought = {.recording = recording};

    if (places->home_count == 0)
        return NULL;
    return bsearch(&sought, places->homes, places->home_count, sizeof sought, compare_homes);
}

static Status read_homes(Places *places, Store *store, const Codes *recordings, int64_t version,
                         Error *error)
{
    Rows *rows = NULL;
    Status status = store_query(
        store, &sql_homes_of_recordings,
        PARAMS(param_int64_array(recordings->codes, recordings->count), param_int64(version)),
        &rows, error);

    if (status != STATUS_OK)
        return status;
    places->home_count = rows_count(rows);
    places->homes = MEMORY_NEW(Home, places->home_count);
    for (size_t i = 0; i < places->home_count; i++)
        places->homes[i] = (Home){.recording = rows_int64(rows, i, "recording"),
                                  .release = rows_int64(rows, i, "release")};
    if (places->home_count > 0)
        qsort(places->homes, places->home_count, sizeof places->homes[0], compare_homes);
    rows_free(rows);
    return STATUS_OK;
}

/** The homes of recordings; of those that have none, whether they are known at all. */
static Status read_recordings(Places *places, Store *store, int64_t version, Error *error)
{
    Status status = STATUS_OK;
    const Codes *recordings = &places->sought_recordings;
    Codes others = {0};

    if (recordings->count == 0)
        return STATUS_OK;
    TRY(read_homes(places, store, recordings, version, error));
    for (size_t i = 0; i < recordings->count; i++)
        if (find_home(places, recordings->codes[i]) == NULL)
            codes_add(&others, recordings->codes[i]);
    if (others.count > 0)
        TRY(codes_read(&places->homeless, store, &sql_known_recordings,
                       PARAMS(param_int64_array(others.codes, others.count), param_int64(version)),
                       "recording", error));

cleanup:
    codes_free(&others);
    return status;
}

void places_seek(Places *places, const Name *name)
{
    Name meant = meant_by(places, name);

    if (meant.release != CODE_NONE)
        codes_add(&places->sought_releases, meant.release);
    else if (meant.recording > 0)
        codes_add(&places->sought_recordings, meant.recording);
}

Status places_read_names(Places *places, Store *store, int64_t version, Error *error)
{
    Status status = STATUS_OK;
    Codes *releases = &places->sought_releases;

    codes_settle(releases);
    codes_settle(&places->sought_recordings);
    if (releases->count > 0)
        TRY(codes_read(
            &places->unknown_releases, store, &sql_unknown_releases,
            PARAMS(param_int64_array(releases->codes, releases->count), param_int64(version)),
            "release", error));
    TRY(read_recordings(places, store, version, error));

cleanup:
    return status;
}

static Place waits(Suspended reason)
{
    return (Place){.reason = reason};
}

Place places_find(const Places *places, const Name *name)
{
    Name meant = meant_by(places, name);
    Place place = {SUSPENDED_NOT, meant.release, meant.recording};
    const Home *home;

    if (meant.recording < 0)
        return waits(SUSPENDED_ODD_RECORDING);
    if (meant.release != CODE_NONE) {
        if (!codes_have(&places->unknown_releases, meant.release))
            return place;
        return waits(meant.release < 0 ? SUSPENDED_ODD_RELEASE : SUSPENDED_UNKNOWN_RELEASE);
    }
    if (meant.recording == CODE_NONE)
        return waits(SUSPENDED_NO_CODE);
    home = find_home(places, meant.recording);
    if (home == NULL)
        return waits(codes_have(&places->homeless, meant.recording) ? SUSPENDED_NO_RELEASE
                                                                    : SUSPENDED_UNKNOWN_RECORDING);
    if (home->release == CODE_NONE)
        return waits(SUSPENDED_AMBIGUOUS_RELEASE);
    place.release = home->release;
    return place;
}
