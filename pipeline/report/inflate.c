#include "report/inflate.h"

#include "base/memory.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

const InflaterKind *const inflater_kinds[] = {
#ifdef TIDEMARK_HAS_ISAL
    &inflater_isal,
#endif
    &inflater_zlib,
    NULL,
};

enum { RAW_DEFLATE = -MAX_WBITS }; // no wrapper of zlib's: the header is the caller's

struct Inflater {
    z_stream stream;
};

// zlib fails here only for want of memory, or where it is another version than it was built for.
static void must(int result)
{
    if (result != Z_OK)
        abort();
}

static Inflater *zlib_create(void)
{
    Inflater *inflater = MEMORY_NEW(Inflater, 1);

    must(inflateInit2(&inflater->stream, RAW_DEFLATE));
    return inflater;
}

static void zlib_reset(Inflater *inflater)
{
    must(inflateReset(&inflater->stream));
}

static uInt at_most(size_t size_bytes)
{
    return size_bytes < INT_MAX ? (uInt)size_bytes : INT_MAX;
}

static Status zlib_run(Inflater *inflater, InflateStep *step, Error *error)
{
    z_stream *stream = &inflater->stream;

    stream->next_in = (z_const Bytef *)step->input;
    stream->avail_in = at_most(step->input_bytes);
    stream->next_out = (Bytef *)step->output;
    stream->avail_out = at_most(step->output_bytes);
    int result = inflate(stream, Z_NO_FLUSH);

    step->used_bytes = stream->next_in - step->input;
    step->made_bytes = (size_t)((char *)stream->next_out - step->output);
    step->is_end = result == Z_STREAM_END;
    if (result == Z_MEM_ERROR)
        return error_set(error, STATUS_MEMORY, "zlib had no memory to inflate with");
    if (result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR)
        return STATUS_OK; // Z_BUF_ERROR: nothing could be done
    return error_set(error, STATUS_DATA, "%s", stream->msg != NULL ? stream->msg : zError(result));
}

static void zlib_destroy(Inflater *inflater)
{
    if (inflater == NULL)
        return;
    (void)inflateEnd(&inflater->stream);
    free(inflater);
}

static uint32_t zlib_crc(uint32_t crc, const void *bytes, size_t size_bytes)
{
    return (uint32_t)crc32_z(crc, bytes, size_bytes);
}

const InflaterKind inflater_zlib = {
    .name = "zlib",
    .create = zlib_create,
    .reset = zlib_reset,
    .run = zlib_run,
    .destroy = zlib_destroy,
    .crc = zlib_crc,
};
