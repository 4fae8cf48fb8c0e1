#include "cells/packed.h"

#include <assert.h>
#include <endian.h>
#include <stdbool.h>
#include <string.h>

static unsigned width_for(uint64_t highest)
{
    if (highest == 0)
        return 0;
    if (highest <= UINT8_MAX)
        return 1;
    if (highest <= UINT16_MAX)
        return 2;
    return highest <= UINT32_MAX ? 4 : PACKED_WIDTH_MAX;
}

// The differences may be more than an int64_t holds: they are taken without sign.
static uint64_t above(int64_t number, int64_t base)
{
    return (uint64_t)number - (uint64_t)base;
}

static void write_numbers(const int64_t numbers[], size_t count, unsigned width, int64_t base,
                          uint8_t *to)
{
    switch (width) {
    case 1:
        for (size_t i = 0; i < count; i++)
            to[i] = (uint8_t)above(numbers[i], base);
        break;
    case 2:
        for (size_t i = 0; i < count; i++) {
            uint16_t stored = htobe16((uint16_t)above(numbers[i], base));

            memcpy(&to[i * sizeof stored], &stored, sizeof stored);
        }
        break;
    case 4:
        for (size_t i = 0; i < count; i++) {
            uint32_t stored = htobe32((uint32_t)above(numbers[i], base));

            memcpy(&to[i * sizeof stored], &stored, sizeof stored);
        }
        break;
    case PACKED_WIDTH_MAX:
        for (size_t i = 0; i < count; i++) {
            uint64_t stored = htobe64((uint64_t)numbers[i]);

            memcpy(&to[i * sizeof stored], &stored, sizeof stored);
        }
        break;
    default: // all are the base
        break;
    }
}

size_t packed_write(const int64_t numbers[], size_t count, uint8_t room[])
{
    assert(count > 0);

    int64_t least = numbers[0];
    int64_t highest = numbers[0];

    for (size_t i = 1; i < count; i++) {
        least = numbers[i] < least ? numbers[i] : least;
        highest = numbers[i] > highest ? numbers[i] : highest;
    }

    unsigned width = width_for(above(highest, least));
    uint64_t base = htobe64(width == PACKED_WIDTH_MAX ? 0 : (uint64_t)least);

    room[0] = (uint8_t)width;
    memcpy(&room[1], &base, sizeof base);
    write_numbers(numbers, count, width, least, &room[PACKED_HEAD_BYTES]);
    return PACKED_HEAD_BYTES + count * width;
}

static bool is_width(unsigned width)
{
    return width == 0 || width == 1 || width == 2 || width == 4 || width == PACKED_WIDTH_MAX;
}

static void read_numbers(const uint8_t *from, unsigned width, uint64_t base, int64_t numbers[],
                         size_t count)
{
    switch (width) {
    case 0:
        for (size_t i = 0; i < count; i++)
            numbers[i] = (int64_t)base;
        break;
    case 1:
        for (size_t i = 0; i < count; i++)
            numbers[i] = (int64_t)(base + from[i]);
        break;
    case 2:
        for (size_t i = 0; i < count; i++) {
            uint16_t stored;

            memcpy(&stored, &from[i * sizeof stored], sizeof stored);
            numbers[i] = (int64_t)(base + be16toh(stored));
        }
        break;
    case 4:
        for (size_t i = 0; i < count; i++) {
            uint32_t stored;

            memcpy(&stored, &from[i * sizeof stored], sizeof stored);
            numbers[i] = (int64_t)(base + be32toh(stored));
        }
        break;
    default:
        for (size_t i = 0; i < count; i++) {
            uint64_t stored;

            memcpy(&stored, &from[i * sizeof stored], sizeof stored);
            numbers[i] = (int64_t)(base + be64toh(stored));
        }
        break;
    }
}

Status packed_read(const void *bytes, size_t size_bytes, int64_t numbers[], size_t count,
                   Error *error)
{
    const uint8_t *from = bytes;
    unsigned width = size_bytes == 0 ? 0 : from[0];
    uint64_t base;

    if (size_bytes < PACKED_HEAD_BYTES || !is_width(width) ||
        size_bytes != PACKED_HEAD_BYTES + count * width)
        return error_set(error, STATUS_DATA,
                         "%zu bytes with the width %u are not %zu packed numbers", size_bytes,
                         width, count);
    memcpy(&base, &from[1], sizeof base);
    read_numbers(&from[PACKED_HEAD_BYTES], width, be64toh(base), numbers, count);
    return STATUS_OK;
}
