#include "tide/roaring_check.h"

#include <stdint.h>

// Of RoaringFormatSpec; all numbers are little-endian.
enum {
    COOKIE_WITH_RUNS = 12347, // in the lower half of the cookie; the upper is the count - 1
    COOKIE_NO_RUNS = 12346,   // the whole cookie; the count follows
    OFFSETS_FROM_COUNT = 4,   // with runs, fewer containers have no table of offsets
    ARRAY_VALUES_MAX = 4096,  // above them a container is a bitset
    BITSET_BYTES = 8192,
    CONTAINERS_MAX = 256, // of 2^16 numbers each: 24 bits
};

typedef struct Reader {
    const unsigned char *bytes;
    size_t size_bytes;
    size_t position;
} Reader;

// The next bytes, or NULL where there are fewer.
static const unsigned char *take(Reader *reader, size_t size_bytes)
{
    if (reader->size_bytes - reader->position < size_bytes)
        return NULL;

    const unsigned char *taken = reader->bytes + reader->position;

    reader->position += size_bytes;
    return taken;
}

static uint32_t read_16(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
}

static uint32_t read_32(const unsigned char *bytes)
{
    return read_16(bytes) | read_16(bytes + 2) << 16;
}

// What stands before the containers.
typedef struct Header {
    uint32_t count;
    const unsigned char *run_flags;    // a bit for each container; NULL: none is of runs
    const unsigned char *descriptions; // for each container its key and its cardinality - 1
    const unsigned char *offsets;      // NULL: the few containers have none
} Header;

static bool read_header(Reader *reader, Header *out_header)
{
    Header header = {0};
    const unsigned char *cookie = take(reader, 4);

    if (cookie == NULL)
        return false;
    if (read_16(cookie) == COOKIE_WITH_RUNS) {
        header.count = read_16(cookie + 2) + 1;
        header.run_flags = take(reader, (header.count + 7) / 8);
        if (header.run_flags == NULL)
            return false;
    } else {
        const unsigned char *count = take(reader, 4);

        if (read_32(cookie) != COOKIE_NO_RUNS || count == NULL)
            return false;
        header.count = read_32(count);
    }
    if (header.count == 0 || header.count > CONTAINERS_MAX)
        return false;
    header.descriptions = take(reader, (size_t)header.count * 4);
    if (header.descriptions == NULL)
        return false;
    if (header.run_flags == NULL || header.count >= OFFSETS_FROM_COUNT) {
        header.offsets = take(reader, (size_t)header.count * 4);
        if (header.offsets == NULL)
            return false;
    }
    *out_header = header;
    return true;
}

static bool check_array(Reader *reader, uint32_t cardinality)
{
    const unsigned char *values = take(reader, (size_t)cardinality * 2);

    if (values == NULL)
        return false;
    for (uint32_t i = 1; i < cardinality; i++)
        if (read_16(values + (size_t)i * 2) <= read_16(values + ((size_t)i - 1) * 2))
            return false;
    return true;
}

static bool check_bitset(Reader *reader, uint32_t cardinality)
{
    const unsigned char *words = take(reader, BITSET_BYTES);
    uint32_t ones = 0;

    if (words == NULL)
        return false;
    for (size_t i = 0; i < BITSET_BYTES; i += 4)
        ones += (uint32_t)__builtin_popcount(read_32(words + i));
    return ones == cardinality;
}

// Runs rise and do not touch, since two that touch are one.
static bool check_runs(Reader *reader, uint32_t cardinality)
{
    const unsigned char *count = take(reader, 2);
    const unsigned char *runs = count == NULL ? NULL : take(reader, (size_t)read_16(count) * 4);
    uint32_t start_min = 0;
    uint32_t ones = 0;

    if (runs == NULL)
        return false;
    for (size_t i = 0; i < read_16(count); i++) {
        uint32_t start = read_16(runs + i * 4);
        uint32_t end = start + read_16(runs + i * 4 + 2); // included

        if (start < start_min || end > UINT16_MAX)
            return false;
        ones += end - start + 1;
        start_min = end + 2;
    }
    return ones == cardinality;
}

static bool check_container(Reader *reader, bool is_of_runs, uint32_t cardinality)
{
    if (is_of_runs)
        return check_runs(reader, cardinality);
    return cardinality > ARRAY_VALUES_MAX ? check_bitset(reader, cardinality)
                                          : check_array(reader, cardinality);
}

bool roaring_check(const char *bytes, size_t size_bytes)
{
    Reader reader = {.bytes = (const unsigned char *)bytes, .size_bytes = size_bytes};
    Header header;
    uint32_t key_min = 0;

    if (!read_header(&reader, &header))
        return false;
    for (uint32_t i = 0; i < header.count; i++) {
        const unsigned char *description = header.descriptions + (size_t)i * 4;
        uint32_t key = read_16(description);
        bool is_of_runs = header.run_flags != NULL && (header.run_flags[i / 8] >> (i % 8) & 1) != 0;

        if (key < key_min || key >= CONTAINERS_MAX)
            return false;
        key_min = key + 1;
        if (header.offsets != NULL && read_32(header.offsets + (size_t)i * 4) != reader.position)
            return false;
        if (!check_container(&reader, is_of_runs, read_16(description + 2) + 1))
            return false;
    }
    return reader.position == size_bytes;
}
