/**
 * gunzip (RFC 1952): an inflater (report/inflate.h) inflates, everything around the deflated data is
 * read here.
 *
 *     ┌────────────────────── header ──────────────────────┐           ┌─ trailer ─┐
 *     1f 8b 08 flags time(4) xfl os [extra name comment CRC]    deflate…  CRC  length   a member
 *
 *     member [member …] [00 …] end                                                      a file
 *
 * A read gives what one step has inflated, so that nothing holds the whole file; that a member was
 * whole is known at its end only, and that the file was, at the end of the last.
 */
#include "report/source_link.h"

#include "base/memory.h"
#include "report/inflate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    INPUT_BYTES = 256 * 1024,
    MAGIC_1 = 0x1f,
    MAGIC_2 = 0x8b,
    METHOD_DEFLATE = 8,
    HEADER_TEXT_BYTES_MAX = 64 * 1024, // of a name or comment; an extra field has no more either
};

enum {
    FLAG_HEADER_CRC = 0x02,
    FLAG_EXTRA = 0x04,
    FLAG_NAME = 0x08,
    FLAG_COMMENT = 0x10,
    FLAGS_RESERVED = 0xe0,
};

typedef enum Phase {
    PHASE_START,  // nothing was read yet
    PHASE_PLAIN,  // no gzip: passed through
    PHASE_MEMBER, // at a member's first byte
    PHASE_DATA,   // in its deflated data
    PHASE_END,
} Phase;

typedef struct Gunzip {
    Source link;
    Phase phase;
    uint8_t *input; // up to input_at it was read, but may be given back: INFLATE_BACK_BYTES
    size_t input_at;
    size_t input_end;
    int64_t input_offset; // of input[0] in the file
    const InflaterKind *inflating;
    Inflater *inflater;
    int64_t member;        // from 1
    int64_t member_offset; // of its first byte
    uint32_t crc;          // of the member's header at first, then of its text
    uint32_t length;       // of its text, modulo 2^32
} Gunzip;

static int64_t next_offset(const Gunzip *gunzip)
{
    return gunzip->input_offset + (int64_t)gunzip->input_at;
}

// Reads on behind what is left of the input; some of what was read before it stays too.
static Status read_more(Gunzip *gunzip, bool *out_has_more, Error *error)
{
    size_t dropped =
        gunzip->input_at < INFLATE_BACK_BYTES ? 0 : gunzip->input_at - INFLATE_BACK_BYTES;
    size_t size_bytes = 0;

    memmove(gunzip->input, gunzip->input + dropped, gunzip->input_end - dropped);
    gunzip->input_offset += (int64_t)dropped;
    gunzip->input_at -= dropped;
    gunzip->input_end -= dropped;
    Status status = source_read(gunzip->link.from, (char *)gunzip->input + gunzip->input_end,
                                INPUT_BYTES - gunzip->input_end, &size_bytes, error);

    if (status != STATUS_OK)
        return status;
    gunzip->input_end += size_bytes;
    *out_has_more = size_bytes > 0;
    return STATUS_OK;
}

// Reads on where the input is used up. False: it has ended.
static Status see_next(Gunzip *gunzip, bool *out_has_more, Error *error)
{
    *out_has_more = true;
    return gunzip->input_at < gunzip->input_end ? STATUS_OK
                                                : read_more(gunzip, out_has_more, error);
}

static Status refuse_cut(const Gunzip *gunzip, const char *part, Error *error)
{
    return error_set(error, STATUS_DATA, "cut at byte %" PRId64 ", in its %s",
                     gunzip->input_offset + (int64_t)gunzip->input_end, part);
}

static Status take_byte(Gunzip *gunzip, const char *part, uint8_t *out_byte, Error *error)
{
    bool has_more = false;
    Status status = see_next(gunzip, &has_more, error);

    if (status != STATUS_OK)
        return status;
    if (!has_more)
        return refuse_cut(gunzip, part, error);
    *out_byte = gunzip->input[gunzip->input_at++];
    return STATUS_OK;
}

static Status take_header_byte(Gunzip *gunzip, uint8_t *out_byte, Error *error)
{
    Status status = take_byte(gunzip, "header", out_byte, error);

    if (status == STATUS_OK)
        gunzip->crc = gunzip->inflating->crc(gunzip->crc, out_byte, 1);
    return status;
}

static Status skip_extra(Gunzip *gunzip, Error *error)
{
    Status status = STATUS_OK;
    uint8_t size[2] = {0};
    uint8_t skipped = 0;

    TRY(take_header_byte(gunzip, &size[0], error));
    TRY(take_header_byte(gunzip, &size[1], error));
    for (int i = size[0] | size[1] << 8; i > 0; i--)
        TRY(take_header_byte(gunzip, &skipped, error));

cleanup:
    return status;
}

// A name or comment, up to its NUL.
static Status skip_text(Gunzip *gunzip, Error *error)
{
    uint8_t byte = 0;

    for (int i = 0; i <= HEADER_TEXT_BYTES_MAX; i++) {
        Status status = take_header_byte(gunzip, &byte, error);

        if (status != STATUS_OK || byte == 0)
            return status;
    }
    return error_set(error, STATUS_DATA, "a name or comment of more than %d bytes in its header",
                     HEADER_TEXT_BYTES_MAX);
}

static Status check_header_crc(Gunzip *gunzip, Error *error)
{
    Status status = STATUS_OK;
    unsigned found = (unsigned)(gunzip->crc & 0xffff);
    uint8_t bytes[2] = {0};

    TRY(take_byte(gunzip, "header", &bytes[0], error));
    TRY(take_byte(gunzip, "header", &bytes[1], error));
    unsigned expected = (unsigned)(bytes[0] | bytes[1] << 8);

    if (found != expected)
        status = error_set(error, STATUS_DATA, "header CRC %04x, expected %04x", found, expected);

cleanup:
    return status;
}

// Magic, method and flags; what follows them, time, extra flags and system, says nothing to us.
static Status read_fixed_header(Gunzip *gunzip, uint8_t *out_flags, Error *error)
{
    Status status = STATUS_OK;
    uint8_t fixed[10] = {0};

    for (size_t i = 0; i < sizeof fixed; i++) {
        TRY(take_header_byte(gunzip, &fixed[i], error));
        if (i == 1 && (fixed[0] != MAGIC_1 || fixed[1] != MAGIC_2))
            TRY(error_set(error, STATUS_DATA, "magic %02x%02x, expected %02x%02x", fixed[0],
                          fixed[1], MAGIC_1, MAGIC_2));
    }
    if (fixed[2] != METHOD_DEFLATE)
        TRY(error_set(error, STATUS_DATA, "compression method %d, expected %d (deflate)", fixed[2],
                      METHOD_DEFLATE));
    if ((fixed[3] & FLAGS_RESERVED) != 0)
        TRY(error_set(error, STATUS_DATA, "flags %02x, of which %02x are reserved", fixed[3],
                      fixed[3] & FLAGS_RESERVED));
    *out_flags = fixed[3];

cleanup:
    return status;
}

static Status begin_member(Gunzip *gunzip, Error *error)
{
    Status status = STATUS_OK;
    uint8_t flags = 0;

    gunzip->member++;
    gunzip->member_offset = next_offset(gunzip);
    gunzip->crc = 0;

    TRY(read_fixed_header(gunzip, &flags, error));
    if ((flags & FLAG_EXTRA) != 0)
        TRY(skip_extra(gunzip, error));
    if ((flags & FLAG_NAME) != 0)
        TRY(skip_text(gunzip, error));
    if ((flags & FLAG_COMMENT) != 0)
        TRY(skip_text(gunzip, error));
    if ((flags & FLAG_HEADER_CRC) != 0)
        TRY(check_header_crc(gunzip, error));

    gunzip->inflating->reset(gunzip->inflater);
    gunzip->crc = 0;
    gunzip->length = 0;
    gunzip->phase = PHASE_DATA;

cleanup:
    return status;
}

static Status take_number(Gunzip *gunzip, uint32_t *out_number, Error *error)
{
    uint32_t number = 0;

    for (unsigned i = 0; i < 4; i++) {
        uint8_t byte = 0;
        Status status = take_byte(gunzip, "trailer", &byte, error);

        if (status != STATUS_OK)
            return status;
        number |= (uint32_t)byte << (8 * i);
    }
    *out_number = number;
    return STATUS_OK;
}

static Status check_trailer(Gunzip *gunzip, Error *error)
{
    Status status = STATUS_OK;
    uint32_t crc = 0;
    uint32_t length = 0;

    TRY(take_number(gunzip, &crc, error));
    TRY(take_number(gunzip, &length, error));
    if (gunzip->crc != crc)
        TRY(error_set(error, STATUS_DATA, "CRC %08" PRIx32 ", expected %08" PRIx32, gunzip->crc,
                      crc));
    if (gunzip->length != length)
        TRY(error_set(error, STATUS_DATA, "length %" PRIu32 ", expected %" PRIu32 " (modulo 2^32)",
                      gunzip->length, length));

cleanup:
    return status;
}

// Behind a trailer: the end, another member, or zeros up to the end, with which tapes and block
// devices fill their last block.
static Status look_behind(Gunzip *gunzip, Error *error)
{
    Status status = STATUS_OK;
    bool has_more = false;

    TRY(see_next(gunzip, &has_more, error));
    if (has_more && gunzip->input[gunzip->input_at] == MAGIC_1) {
        gunzip->phase = PHASE_MEMBER;
        return STATUS_OK;
    }
    for (int64_t zeros = 0; has_more; zeros++) {
        uint8_t byte = gunzip->input[gunzip->input_at];

        if (byte != 0)
            TRY(error_set(error, STATUS_DATA,
                          "%" PRId64 " zeros behind it and then %02x at byte %" PRId64
                          ", expected the end, another member, or zeros up to the end",
                          zeros, byte, next_offset(gunzip)));
        gunzip->input_at++;
        TRY(see_next(gunzip, &has_more, error));
    }
    gunzip->phase = PHASE_END;

cleanup:
    return status;
}

// Inflates what there is. Where that gives nothing, there has to be more.
static Status inflate_some(Gunzip *gunzip, char *buffer, size_t capacity_bytes,
                           size_t *out_size_bytes, Error *error)
{
    Status status = STATUS_OK;
    InflateStep step = {
        .input = gunzip->input + gunzip->input_at,
        .input_bytes = gunzip->input_end - gunzip->input_at,
        .output = buffer,
        .output_bytes = capacity_bytes,
    };
    bool has_more = true;

    status = gunzip->inflating->run(gunzip->inflater, &step, error);
    gunzip->input_at = (size_t)((ptrdiff_t)gunzip->input_at + step.used_bytes);
    if (status == STATUS_DATA)
        error_context(error, "data damaged at or before byte %" PRId64, next_offset(gunzip));
    TRY(status);
    gunzip->crc = gunzip->inflating->crc(gunzip->crc, buffer, step.made_bytes);
    gunzip->length += (uint32_t)step.made_bytes;
    if (step.is_end) {
        TRY(check_trailer(gunzip, error));
        TRY(look_behind(gunzip, error));
    } else if (step.made_bytes == 0) {
        TRY(read_more(gunzip, &has_more, error));
        if (!has_more)
            TRY(refuse_cut(gunzip, "data", error));
    }
    *out_size_bytes = step.made_bytes;

cleanup:
    return status;
}

// Whether a file begins as gzip does, or nearly: with one byte of its magic wrong, or lost, it is a
// damaged one. No text begins with the first byte, or has the second and the method there.
static bool is_like_gzip(const uint8_t *begin, size_t size_bytes)
{
    for (size_t i = 0; i < 2 && i + 2 <= size_bytes; i++)
        if (begin[i] == MAGIC_2 && begin[i + 1] == METHOD_DEFLATE)
            return true;
    return size_bytes >= 1 && begin[0] == MAGIC_1;
}

static Status start(Gunzip *gunzip, Error *error)
{
    size_t size_bytes = 1;

    while (gunzip->input_end < 3 && size_bytes > 0) {
        Status status = source_read(gunzip->link.from, (char *)gunzip->input + gunzip->input_end,
                                    INPUT_BYTES - gunzip->input_end, &size_bytes, error);

        if (status != STATUS_OK)
            return status;
        gunzip->input_end += size_bytes;
    }
    gunzip->phase = is_like_gzip(gunzip->input, gunzip->input_end) ? PHASE_MEMBER : PHASE_PLAIN;
    return STATUS_OK;
}

static Status pass_through(Gunzip *gunzip, char *buffer, size_t capacity_bytes,
                           size_t *out_size_bytes, Error *error)
{
    size_t size_bytes = gunzip->input_end - gunzip->input_at;

    if (size_bytes == 0) {
        Status status = source_read(gunzip->link.from, buffer, capacity_bytes, &size_bytes, error);

        if (status != STATUS_OK)
            return status;
        if (size_bytes == 0)
            gunzip->phase = PHASE_END;
    } else {
        if (size_bytes > capacity_bytes)
            size_bytes = capacity_bytes;
        memcpy(buffer, gunzip->input + gunzip->input_at, size_bytes);
        gunzip->input_at += size_bytes;
    }
    *out_size_bytes = size_bytes;
    return STATUS_OK;
}

static Status gunzip_read(Source *source, char *buffer, size_t capacity_bytes,
                          size_t *out_size_bytes, Error *error)
{
    Status status = STATUS_OK;
    Gunzip *gunzip = (Gunzip *)source;
    size_t size_bytes = 0;

    while (size_bytes == 0 && gunzip->phase != PHASE_END) {
        if (gunzip->phase == PHASE_START)
            TRY(start(gunzip, error));
        else if (gunzip->phase == PHASE_PLAIN)
            TRY(pass_through(gunzip, buffer, capacity_bytes, &size_bytes, error));
        else if (gunzip->phase == PHASE_MEMBER)
            TRY(begin_member(gunzip, error));
        else
            TRY(inflate_some(gunzip, buffer, capacity_bytes, &size_bytes, error));
    }
    *out_size_bytes = size_bytes;

cleanup:
    if (status != STATUS_OK && gunzip->member > 0)
        error_context(error, "gzip member %" PRId64 " at byte %" PRId64, gunzip->member,
                      gunzip->member_offset);
    return status;
}

static void gunzip_clear(Source *source)
{
    Gunzip *gunzip = (Gunzip *)source;

    gunzip->inflating->destroy(gunzip->inflater);
    free(gunzip->input);
}

Source *source_gunzip(Source *taken_source)
{
    return source_gunzip_by(inflater_kinds[0], taken_source);
}

Source *source_gunzip_by(const InflaterKind *inflating, Source *taken_source)
{
    static const SourceKind kind = {.read = gunzip_read, .clear = gunzip_clear};
    Gunzip *gunzip = MEMORY_NEW(Gunzip, 1);

    gunzip->link.kind = &kind;
    gunzip->link.from = taken_source;
    gunzip->input = MEMORY_NEW(uint8_t, INPUT_BYTES);
    gunzip->inflating = inflating;
    gunzip->inflater = inflating->create();
    return &gunzip->link;
}
