// Any bytes as a stored part: they are refused, or a set that is stored and read again is the same.
#include "tide/id_set.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PART_NUMBER = 5 };

static void assert_equal(const IdSet *left, const IdSet *right)
{
    int64_t from = 1;
    int64_t first;
    int64_t last;
    int64_t count = 0;

    while (id_set_next_run(left, from, &first, &last)) {
        assert(first >> ID_PART_BITS == PART_NUMBER && last >> ID_PART_BITS == PART_NUMBER);
        assert(id_set_count_range(right, first, last) == last - first + 1);
        count += last - first + 1;
        from = last + 1;
    }
    assert(count > 0 && id_set_count(left) == count && id_set_count(right) == count);
}

// NULL where the bytes are refused.
static IdSet *decode(const char *bytes, size_t size_bytes)
{
    IdPart part = {.number = PART_NUMBER, .bytes = bytes, .size_bytes = size_bytes};
    IdSet *set = NULL;
    Error error = {0};

    if (id_set_decode(&part, 1, &set, &error) != STATUS_OK)
        assert(set == NULL && error.status == STATUS_DATA);
    return set;
}

// Changes reach into containers of whatever kind was read.
static void change(IdSet *set, const IdSet *read)
{
    int64_t lowest = id_set_lowest(set);
    int64_t highest = id_set_highest(set);

    assert(!id_set_add(set, lowest));
    id_set_remove_range(set, lowest, lowest);
    assert(id_set_count(set) == id_set_count(read) - 1 && id_set_add(set, lowest));
    id_set_add_range(set, lowest, highest);
    id_set_remove_all(set, read);
    assert(!id_set_intersects(set, read));
    id_set_add_all(set, read);
    assert(id_set_count(set) == highest - lowest + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    IdSet *set = decode((const char *)data, size);
    int64_t number;
    char *bytes;
    size_t size_bytes;

    if (set == NULL)
        return 0;
    assert(id_set_part_count(set) == 1);
    id_set_encode_part(set, 0, &number, &bytes, &size_bytes);

    IdSet *again = decode(bytes, size_bytes);

    assert(again != NULL && number == PART_NUMBER);
    assert_equal(set, again);
    change(again, set);
    id_set_free(again);
    id_set_free(set);
    free(bytes);
    return 0;
}
