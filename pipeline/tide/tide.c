#include "tide/tide.h"

#include "base/memory.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct Tide {
    int64_t first_id;
    int64_t watermark;
    IdSet *above;  // counted, above the watermark
    IdSet *waived; // and not counted since; below the watermark too
};

// A run of fewer IDs is looked up ID by ID, which is cheaper than questions about a range.
enum { RANGE_IDS_MIN = 4 };

static int64_t larger(int64_t left, int64_t right)
{
    return left > right ? left : right;
}

static int64_t smaller(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

// The last ID of the set's run that begins at `first` exactly, or first - 1.
static int64_t run_last(const IdSet *set, int64_t first)
{
    int64_t run_first;
    int64_t last;

    return id_set_next_run(set, first, &run_first, &last) && run_first == first ? last : first - 1;
}

// The last of the IDs behind `after`, the watermark or above it, up to which all are counted or
// waived; `after` where the next one is neither.
static int64_t filled_last(const Tide *tide, int64_t after)
{
    int64_t last = after;

    while (last < INT64_MAX) {
        int64_t next = larger(run_last(tide->above, last + 1), run_last(tide->waived, last + 1));

        if (next == last)
            break;
        last = next;
    }
    return last;
}

static void move_watermark(Tide *tide)
{
    int64_t last = filled_last(tide, tide->watermark);

    id_set_remove_range(tide->above, tide->first_id, last);
    tide->watermark = last;
}

Tide *tide_new(int64_t first_id)
{
    assert(first_id > 0);

    Tide *tide = MEMORY_NEW(Tide, 1);

    *tide = (Tide){
        .first_id = first_id,
        .watermark = first_id - 1,
        .above = id_set_new(),
        .waived = id_set_new(),
    };
    return tide;
}

static Status check_restored(const Tide *tide, Error *error)
{
    int64_t lowest = id_set_lowest(tide->above);
    int64_t lowest_waived = id_set_lowest(tide->waived);

    if (tide->watermark < tide->first_id - 1)
        return error_set(error, STATUS_DATA,
                         "the watermark %" PRId64 " lies below the first ID %" PRId64,
                         tide->watermark, tide->first_id);
    if (lowest_waived != 0 && lowest_waived < tide->first_id)
        return error_set(error, STATUS_DATA,
                         "ID %" PRId64 " is waived, but the first ID is %" PRId64, lowest_waived,
                         tide->first_id);
    if (lowest != 0 && lowest <= tide->watermark)
        return error_set(error, STATUS_DATA,
                         "ID %" PRId64 " is kept as counted, but the watermark is %" PRId64, lowest,
                         tide->watermark);
    if (id_set_intersects(tide->above, tide->waived))
        return error_set(error, STATUS_DATA, "some IDs are both counted and waived");
    if (filled_last(tide, tide->watermark) > tide->watermark)
        return error_set(error, STATUS_DATA,
                         "the watermark is %" PRId64 ", but no ID is missing up to %" PRId64,
                         tide->watermark, filled_last(tide, tide->watermark));
    return STATUS_OK;
}

Status tide_restore(int64_t first_id, int64_t watermark, IdSet *taken_counted_above,
                    IdSet *taken_waived, Tide **out_tide, Error *error)
{
    Status status = STATUS_OK;
    Tide *tide = MEMORY_NEW(Tide, 1);

    *tide = (Tide){
        .first_id = first_id,
        .watermark = watermark,
        .above = taken_counted_above,
        .waived = taken_waived,
    };
    TRY(check_restored(tide, error));
    *out_tide = tide;
    tide = NULL; // the caller's from here on

cleanup:
    tide_free(tide);
    return status;
}

void tide_free(Tide *tide)
{
    if (tide == NULL)
        return;
    id_set_free(tide->above);
    id_set_free(tide->waived);
    free(tide);
}

bool tide_has(const Tide *tide, int64_t id)
{
    if (id > tide->watermark)
        return id_set_contains(tide->above, id);
    return id >= tide->first_id && !id_set_contains(tide->waived, id);
}

// How many from `first` to `last` have been counted.
static int64_t count_range(const Tide *tide, int64_t first, int64_t last)
{
    int64_t below_first = larger(first, tide->first_id);
    int64_t below_last = smaller(last, tide->watermark);
    int64_t count = id_set_count_range(tide->above, first, last);

    if (below_first <= below_last)
        count += below_last - below_first + 1 -
                 id_set_count_range(tide->waived, below_first, below_last);
    return count;
}

// How many IDs from the first of these on are consecutive.
static size_t run_length(const int64_t ids[], size_t count)
{
    size_t length = 1;

    while (length < count && ids[length - 1] < INT64_MAX && ids[length] == ids[length - 1] + 1)
        length++;
    return length;
}

// Sifts a run as a whole. False where it is mixed, and nothing was done.
static bool sift_range(const Tide *tide, int64_t first, int64_t last, IdSet *file, bool is_new[])
{
    bool is_below = last <= tide->watermark;
    size_t length = (size_t)(last - first) + 1;

    if (first < tide->first_id || (!is_below && first <= tide->watermark))
        return false;

    const IdSet *set = is_below ? tide->waived : tide->above;
    bool has_any = id_set_meets_range(set, first, last);
    bool has_all = has_any && id_set_contains_range(set, first, last);

    if (is_below ? !has_any : has_all) { // all are counted
        memset(is_new, false, length);
        return true;
    }
    if ((is_below ? !has_all : has_any) || id_set_meets_range(file, first, last))
        return false;
    id_set_add_range(file, first, last);
    memset(is_new, true, length);
    return true;
}

void tide_sift(const Tide *tide, const int64_t ids[], size_t count, IdSet *file, bool is_new[])
{
    for (size_t i = 0; i < count;) {
        size_t length = run_length(&ids[i], count - i);
        size_t end = i + length;

        if (length < RANGE_IDS_MIN || !sift_range(tide, ids[i], ids[end - 1], file, &is_new[i]))
            for (size_t j = i; j < end; j++)
                is_new[j] = !tide_has(tide, ids[j]) && id_set_add(file, ids[j]);
        i = end;
    }
}

// Finds a run of IDs as a whole. False where it is mixed, and nothing was done.
static bool find_counted_range(const Tide *tide, int64_t first, int64_t last, IdSet *duplicates,
                               bool is_counted[])
{
    int64_t length = last - first + 1;

    if (first < tide->first_id || count_range(tide, first, last) < length ||
        id_set_meets_range(duplicates, first, last))
        return false;
    id_set_add_range(duplicates, first, last);
    memset(is_counted, true, (size_t)length);
    return true;
}

void tide_find_counted(const Tide *tide, const int64_t ids[], size_t count, const bool is_new[],
                       IdSet *duplicates, bool is_counted[])
{
    memset(is_counted, false, count);
    for (size_t i = 0; i < count;) {
        size_t length = run_length(&ids[i], count - i);
        const bool *next_new = memchr(&is_new[i], 1, length); // a bool is a byte
        size_t end = next_new == NULL ? i + length : (size_t)(next_new - is_new);

        if (end - i < RANGE_IDS_MIN ||
            !find_counted_range(tide, ids[i], ids[end - 1], duplicates, &is_counted[i]))
            for (size_t j = i; j < end; j++)
                is_counted[j] = tide_has(tide, ids[j]) && id_set_add(duplicates, ids[j]);
        for (i = end; i < count && is_new[i]; i++)
            continue;
    }
}

bool tide_has_all(const Tide *tide, const IdSet *ids)
{
    int64_t first = 0;
    int64_t last = 0;

    for (int64_t from = 1; id_set_next_run(ids, from, &first, &last); from = last + 1) {
        if (count_range(tide, first, last) < last - first + 1)
            return false;
        if (last == INT64_MAX)
            break;
    }
    return true;
}

bool tide_meets(const Tide *tide, const IdSet *ids)
{
    int64_t below = id_set_count_range(ids, tide->first_id, tide->watermark);
    bool meets = id_set_intersects(tide->above, ids);

    if (!meets && below > 0) {
        IdSet *late = id_set_intersection(tide->waived, ids);

        meets = id_set_count_range(late, tide->first_id, tide->watermark) < below;
        id_set_free(late);
    }
    return meets;
}

void tide_merge(Tide *tide, const IdSet *ids)
{
    assert(id_set_lowest(ids) == 0 || id_set_lowest(ids) >= tide->first_id);
    assert(!tide_meets(tide, ids));
    id_set_add_all(tide->above, ids); // late ones go as the watermark passes them again
    id_set_remove_all(tide->waived, ids);
    move_watermark(tide);
}

void tide_revoke(Tide *tide, const IdSet *ids)
{
    int64_t lowest = id_set_lowest(ids);
    int64_t left = tide_count(tide) - id_set_count(ids);

    if (lowest == 0)
        return;
    assert(lowest >= tide->first_id);
    if (lowest <= tide->watermark) {
        id_set_add_range(tide->above, lowest, tide->watermark);
        id_set_remove_all(tide->above, tide->waived);
        tide->watermark = lowest - 1;
    }
    id_set_remove_all(tide->above, ids);
    assert(tide_count(tide) == left); // it had them all
}

int64_t tide_waive(Tide *tide, int64_t first, int64_t last)
{
    IdSet *waived = id_set_new();

    assert(last - first < TIDE_WAIVE_IDS_MAX);
    if (tide->watermark < last) // what lies below is counted or waived already
        id_set_add_range(waived, larger(first, tide->watermark + 1), last);
    id_set_remove_all(waived, tide->above);
    id_set_remove_all(waived, tide->waived);

    int64_t count = id_set_count(waived);

    id_set_add_all(tide->waived, waived);
    id_set_free(waived);
    move_watermark(tide);
    return count;
}

int64_t tide_first_id(const Tide *tide)
{
    return tide->first_id;
}

int64_t tide_watermark(const Tide *tide)
{
    return tide->watermark;
}

int64_t tide_highest(const Tide *tide)
{
    int64_t highest = tide->watermark;
    int64_t length = 1;

    if (id_set_highest(tide->above) != 0)
        return id_set_highest(tide->above);
    // Up to the watermark all are counted or waived: steps back over the waived run that ends there
    // double until they leave it, and then halve.
    while (length <= highest - tide->first_id + 1 &&
           id_set_contains_range(tide->waived, highest - length + 1, highest)) {
        highest -= length;
        length *= 2;
    }
    for (; length > 0; length /= 2)
        if (length <= highest - tide->first_id + 1 &&
            id_set_contains_range(tide->waived, highest - length + 1, highest))
            highest -= length;
    return highest;
}

int64_t tide_count(const Tide *tide)
{
    return count_range(tide, tide->first_id, INT64_MAX);
}

int64_t tide_missing(const Tide *tide)
{
    int64_t highest = tide_highest(tide);

    return highest - tide->first_id + 1 - tide_count(tide) -
           id_set_count_range(tide->waived, tide->first_id, highest);
}

bool tide_next_gap(const Tide *tide, int64_t from, int64_t *out_first, int64_t *out_last)
{
    int64_t filled = filled_last(tide, from > tide->watermark ? from - 1 : tide->watermark);
    int64_t counted_first;
    int64_t waived_first;
    int64_t last;

    if (filled == INT64_MAX || !id_set_next_run(tide->above, filled + 1, &counted_first, &last))
        return false;
    if (!id_set_next_run(tide->waived, filled + 1, &waived_first, &last))
        waived_first = INT64_MAX;
    *out_first = filled + 1;
    *out_last = smaller(counted_first, waived_first) - 1;
    return true;
}

const IdSet *tide_counted_above(const Tide *tide)
{
    return tide->above;
}

const IdSet *tide_waived(const Tide *tide)
{
    return tide->waived;
}
