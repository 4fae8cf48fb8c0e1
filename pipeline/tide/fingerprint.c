#include "tide/fingerprint.h"

#include "base/memory.h"
#include "tide/part_map.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_IDS = 1 << FINGERPRINT_BLOCK_BITS,
    PART_BLOCK_BITS = ID_PART_BITS - FINGERPRINT_BLOCK_BITS,
    PART_BLOCKS = 1 << PART_BLOCK_BITS,
    STORED_BLOCK_BYTES = 1 + 2 + 8,
};

typedef struct Block {
    uint64_t sum;
    uint64_t count;  // 1 to BLOCK_IDS
    uint32_t number; // in its part
} Block;

// The blocks of a part that have rows, in rising order; at least one.
typedef struct Part {
    int64_t number;
    Block *blocks;
    uint32_t count;
    uint32_t capacity;
} Part;

struct Fingerprints {
    PartMap parts;
    Part *last_part;   // where the last row was added, NULL where that is not known any more:
    size_t last_block; // the next row mostly belongs there too
};

Fingerprints *fingerprints_new(void)
{
    Fingerprints *fingerprints = MEMORY_NEW(Fingerprints, 1);

    fingerprints->parts.entry_bytes = sizeof(Part);
    return fingerprints;
}

void fingerprints_free(Fingerprints *fingerprints)
{
    PartCursor cursor;

    if (fingerprints == NULL)
        return;
    for (Part *part = part_map_from(&fingerprints->parts, 0, &cursor); part != NULL;
         part = part_map_next(&fingerprints->parts, &cursor))
        free(part->blocks);
    part_map_clear(&fingerprints->parts);
    free(fingerprints);
}

// Where a block of this number is or belongs.
static uint32_t place_of(const Part *part, uint32_t number)
{
    uint32_t low = 0;
    uint32_t high = part->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (part->blocks[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// NULL where the part has none.
static Block *find_block(const Part *part, uint32_t number)
{
    uint32_t place = place_of(part, number);

    return place < part->count && part->blocks[place].number == number ? &part->blocks[place]
                                                                       : NULL;
}

// The block's place; it is made, without a row, where the part has none yet.
static uint32_t put_block(Part *part, uint32_t number)
{
    uint32_t place = place_of(part, number);

    if (place < part->count && part->blocks[place].number == number)
        return place;
    MEMORY_GROW(part->blocks, part->count, part->capacity);
    memmove(&part->blocks[place + 1], &part->blocks[place],
            (part->count - place) * sizeof part->blocks[0]);
    part->blocks[place] = (Block){.number = number};
    part->count++;
    return place;
}

// The block of an ID; it is made, without a row, where there is none yet.
static Block *block_of(Fingerprints *fingerprints, int64_t id)
{
    int64_t number = id >> ID_PART_BITS;
    uint32_t block_number = (uint32_t)(id >> FINGERPRINT_BLOCK_BITS) % PART_BLOCKS;
    Part *part = fingerprints->last_part;

    assert(id > 0);
    if (part == NULL || part->number != number ||
        part->blocks[fingerprints->last_block].number != block_number) {
        part = part_map_put(&fingerprints->parts, number);
        fingerprints->last_part = part;
        fingerprints->last_block = put_block(part, block_number);
    }
    return &part->blocks[fingerprints->last_block];
}

void fingerprints_add_rows(Fingerprints *fingerprints, const int64_t ids[], const uint64_t hashes[],
                           const bool is_added[], size_t count)
{
    for (size_t i = 0; i < count;) {
        int64_t number = ids[i] >> FINGERPRINT_BLOCK_BITS;
        size_t first = i;
        uint64_t rows = 0;
        uint64_t sum = 0;

        for (; i < count && ids[i] >> FINGERPRINT_BLOCK_BITS == number; i++) {
            rows += is_added[i];
            sum += is_added[i] ? hashes[i] : 0;
        }
        if (rows == 0) // perhaps no block at all
            continue;

        Block *block = block_of(fingerprints, ids[first]);

        block->count += rows;
        block->sum += sum;
    }
}

void fingerprints_add_all(Fingerprints *fingerprints, const Fingerprints *more)
{
    PartCursor cursor;

    fingerprints->last_part = NULL;
    for (const Part *from = part_map_from(&more->parts, 0, &cursor); from != NULL;
         from = part_map_next(&more->parts, &cursor)) {
        Part *part = part_map_put(&fingerprints->parts, from->number);

        for (uint32_t i = 0; i < from->count; i++) {
            uint32_t place = put_block(part, from->blocks[i].number);
            Block *block = &part->blocks[place];

            block->count += from->blocks[i].count;
            block->sum += from->blocks[i].sum;
        }
    }
}

static void remove_blocks(Part *part, const Part *less)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < less->count; i++) {
        Block *block = find_block(part, less->blocks[i].number);

        assert(block != NULL && block->count >= less->blocks[i].count);
        block->count -= less->blocks[i].count;
        block->sum -= less->blocks[i].sum;
    }
    for (uint32_t i = 0; i < part->count; i++)
        if (part->blocks[i].count > 0)
            part->blocks[kept++] = part->blocks[i];
    part->count = kept;
}

void fingerprints_remove_all(Fingerprints *fingerprints, const Fingerprints *less)
{
    PartCursor cursor;

    fingerprints->last_part = NULL;
    for (const Part *from = part_map_from(&less->parts, 0, &cursor); from != NULL;
         from = part_map_next(&less->parts, &cursor)) {
        Part *part = part_map_find(&fingerprints->parts, from->number);

        assert(part != NULL);
        remove_blocks(part, from);
        if (part->count == 0) {
            free(part->blocks);
            part_map_remove(&fingerprints->parts, from->number);
        }
    }
}

static bool is_proved(const Part *whole, const Block *block)
{
    const Block *all = whole == NULL ? NULL : find_block(whole, block->number);

    return all != NULL && all->count == block->count && all->sum == block->sum;
}

void fingerprints_prove(const Fingerprints *whole, const Fingerprints *part, IdSet *ids)
{
    PartCursor cursor;

    for (const Part *some = part_map_from(&part->parts, 0, &cursor); some != NULL;
         some = part_map_next(&part->parts, &cursor)) {
        const Part *all = part_map_find(&whole->parts, some->number);

        for (uint32_t i = 0; i < some->count; i++) {
            int64_t block = some->number << PART_BLOCK_BITS | some->blocks[i].number;
            int64_t first = block << FINGERPRINT_BLOCK_BITS;

            if (is_proved(all, &some->blocks[i]))
                id_set_remove_range(ids, first, first + BLOCK_IDS - 1);
        }
    }
}

size_t fingerprints_part_count(const Fingerprints *fingerprints)
{
    return fingerprints->parts.count;
}

static void write_little_endian(char *bytes, uint64_t number, size_t size_bytes)
{
    for (size_t i = 0; i < size_bytes; i++)
        bytes[i] = (char)(number >> (8 * i) & 0xFF);
}

static uint64_t read_little_endian(const char *bytes, size_t size_bytes)
{
    uint64_t number = 0;

    for (size_t i = 0; i < size_bytes; i++)
        number |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
    return number;
}

void fingerprints_encode_part(const Fingerprints *fingerprints, size_t index, int64_t *out_number,
                              char **out_bytes, size_t *out_size_bytes)
{
    const Part *part = part_map_at(&fingerprints->parts, index);
    char *bytes = memory_new(part->count, STORED_BLOCK_BYTES);

    for (uint32_t i = 0; i < part->count; i++) {
        const Block *block = &part->blocks[i];
        char *stored = bytes + (size_t)i * STORED_BLOCK_BYTES;

        assert(block->count <= BLOCK_IDS);
        write_little_endian(stored, block->number, 1);
        write_little_endian(stored + 1, block->count - 1, 2);
        write_little_endian(stored + 3, block->sum, 8);
    }
    *out_number = part->number;
    *out_bytes = bytes;
    *out_size_bytes = (size_t)part->count * STORED_BLOCK_BYTES;
}

static Status decode_blocks(Part *part, const IdPart *stored, Error *error)
{
    size_t count = stored->size_bytes / STORED_BLOCK_BYTES;

    if (count == 0 || count > PART_BLOCKS || stored->size_bytes % STORED_BLOCK_BYTES != 0)
        return error_set(error, STATUS_DATA,
                         "part %" PRId64
                         ": its %zu bytes are no whole number of fingerprints, 1 to %d",
                         stored->number, stored->size_bytes, PART_BLOCKS);
    part->blocks = memory_new(count, sizeof part->blocks[0]);
    part->capacity = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        const char *bytes = stored->bytes + i * STORED_BLOCK_BYTES;
        Block block = {
            .number = (uint32_t)read_little_endian(bytes, 1),
            .count = read_little_endian(bytes + 1, 2) + 1,
            .sum = read_little_endian(bytes + 3, 8),
        };

        if (i > 0 && block.number <= part->blocks[i - 1].number)
            return error_set(error, STATUS_DATA,
                             "part %" PRId64 ": block %" PRIu32 " follows block %" PRIu32,
                             stored->number, block.number, part->blocks[i - 1].number);
        part->blocks[part->count++] = block;
    }
    if (stored->number == 0 && part->blocks[0].number == 0 && part->blocks[0].count == BLOCK_IDS)
        return error_set(error, STATUS_DATA, "part 0: it has a row with ID 0, and the lowest is 1");
    return STATUS_OK;
}

static Status decode_part(Fingerprints *fingerprints, const IdPart *stored, Error *error)
{
    if (stored->number < 0 || stored->number > INT64_MAX >> ID_PART_BITS)
        return error_set(error, STATUS_DATA,
                         "part %" PRId64 ": the number is not between 0 and %" PRId64,
                         stored->number, INT64_MAX >> ID_PART_BITS);

    Part *part = part_map_put(&fingerprints->parts, stored->number);

    if (part->blocks != NULL)
        return error_set(error, STATUS_DATA, "part %" PRId64 ": it comes twice", stored->number);
    return decode_blocks(part, stored, error);
}

Status fingerprints_decode(const IdPart parts[], size_t part_count, Fingerprints **out_fingerprints,
                           Error *error)
{
    Status status = STATUS_OK;
    Fingerprints *fingerprints = fingerprints_new();

    for (size_t i = 0; i < part_count; i++)
        TRY(decode_part(fingerprints, &parts[i], error));
    *out_fingerprints = fingerprints;
    fingerprints = NULL; // the caller's from here on

cleanup:
    fingerprints_free(fingerprints);
    return status;
}
