/**
 * The inflater of ISA-L (igzip_lib.h), where it is there.
 *
 * It takes up to 8 bytes into a register before it needs them. What it has there at the end of the
 * data is not its own, but the beginning of what follows:
 *
 *     … data data data│CRC length …
 *              taken ──────▲ next_in         given back: read_in_length / 8 bytes
 *
 * They may have come with the input before this one, if this one is shorter. Where a symbol is not
 * there to its last bit, it puts its bytes back and takes none of them: used_bytes says so.
 */
#include "report/inflate.h"

#ifdef TIDEMARK_HAS_ISAL

#include "base/memory.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <limits.h>
#include <stdlib.h>

struct Inflater {
    struct inflate_state state;
};

static Inflater *isal_create(void)
{
    Inflater *inflater = MEMORY_NEW(Inflater, 1);

    isal_inflate_init(&inflater->state);
    return inflater;
}

static void isal_reset(Inflater *inflater)
{
    isal_inflate_reset(&inflater->state);
}

static uint32_t at_most(size_t size_bytes)
{
    return size_bytes < INT_MAX ? (uint32_t)size_bytes : INT_MAX;
}

static const char *reason(int result)
{
    return result == ISAL_INVALID_BLOCK      ? "invalid block"
           : result == ISAL_INVALID_SYMBOL   ? "invalid symbol"
           : result == ISAL_INVALID_LOOKBACK ? "invalid distance too far back"
                                             : "invalid data";
}

static Status isal_run(Inflater *inflater, InflateStep *step, Error *error)
{
    struct inflate_state *state = &inflater->state;

    state->next_in = (uint8_t *)step->input; // which it does not change
    state->avail_in = at_most(step->input_bytes);
    state->next_out = (uint8_t *)step->output;
    state->avail_out = at_most(step->output_bytes);
    int result = isal_inflate(state);

    step->is_end = state->block_state == ISAL_BLOCK_FINISH;
    step->used_bytes = state->next_in - step->input;
    step->made_bytes = (size_t)((char *)state->next_out - step->output);
    if ((step->is_end || result < 0) && state->read_in_length > 0) // less than 0 in damaged data
        step->used_bytes -= state->read_in_length / CHAR_BIT;
    if (result < 0)
        return error_set(error, STATUS_DATA, "%s", reason(result));
    return STATUS_OK;
}

static void isal_destroy(Inflater *inflater)
{
    free(inflater);
}

static uint32_t isal_crc(uint32_t crc, const void *bytes, size_t size_bytes)
{
    return crc32_gzip_refl(crc, bytes, size_bytes);
}

const InflaterKind inflater_isal = {
    .name = "ISA-L",
    .create = isal_create,
    .reset = isal_reset,
    .run = isal_run,
    .destroy = isal_destroy,
    .crc = isal_crc,
};

#endif
