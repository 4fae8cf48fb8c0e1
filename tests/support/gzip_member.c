#include "support/gzip_member.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

static uLong crc_of(const char *bytes, size_t size_bytes)
{
    return crc32_z(crc32_z(0, NULL, 0), (const Bytef *)bytes, size_bytes);
}

void gzip_append_number(Text *file, unsigned long number, int bytes)
{
    for (int i = 0; i < bytes; i++)
        text_append_byte(file, (char)(number >> (8 * i) & 0xff));
}

void gzip_append_header(Text *file, int flags)
{
    size_t begin = file->size_bytes;

    text_append_slice(file, (Slice){"\x1f\x8b\x08", 3});
    text_append_byte(file, (char)flags);
    text_append_slice(file, (Slice){"\x11\x22\x33\x44\x02\x03", 6}); // time, extra flags, system
    if ((flags & GZIP_EXTRA) != 0)
        text_append_slice(file, (Slice){"\x06\0AB\x02\0xy", 8});
    if ((flags & GZIP_NAME) != 0)
        text_append_slice(file, (Slice){"sales.csv", 10});
    if ((flags & GZIP_COMMENT) != 0)
        text_append_slice(file, (Slice){"October", 8});
    if ((flags & GZIP_HEADER_CRC) != 0)
        gzip_append_number(file, crc_of(file->bytes + begin, file->size_bytes - begin), 2);
}

void gzip_append_data(Text *file, Slice text, int level)
{
    z_stream deflater = {0};
    char *read_only = memory_copy(text.bytes, text.size_bytes); // zlib's input is not const

    assert_int_equal(deflateInit2(&deflater, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    uLong bound = deflateBound(&deflater, text.size_bytes);
    char *data = MEMORY_NEW(char, bound);

    deflater.next_in = (Bytef *)read_only;
    deflater.avail_in = (uInt)text.size_bytes;
    deflater.next_out = (Bytef *)data;
    deflater.avail_out = (uInt)bound;
    assert_int_equal(deflate(&deflater, Z_FINISH), Z_STREAM_END);
    text_append_slice(file, (Slice){data, deflater.total_out});
    assert_int_equal(deflateEnd(&deflater), Z_OK);
    free(data);
    free(read_only);
}

void gzip_append_member(Text *file, int flags, const char *text, int level)
{
    gzip_append_header(file, flags);
    gzip_append_data(file, slice_of(text), level);
    gzip_append_number(file, crc_of(text, strlen(text)), 4);
    gzip_append_number(file, strlen(text), 4);
}

#define ROWS_1 "id,isrc,seconds\n1,GBA1Z2600001,31\n2,GBA1Z2600001,29\n3,GBA1Z2600002,184\n"
#define ROWS_2 "4,GBA1Z2600002,30\n5,USS1Z9900001,30.001\n"
#define ROWS_3 "6,USS1Z9900001,12\n7,GBA1Z2600001,31\n8,GBA1Z2600001,31\n"

const char gzip_of_three_text[] = ROWS_1 ROWS_1 ROWS_3 ROWS_2 ROWS_2 ROWS_3;

GzipOfThree gzip_of_three(void)
{
    GzipOfThree three = {.file = {0}};

    gzip_append_member(&three.file, 0, ROWS_1 ROWS_1 ROWS_3 ROWS_2, 9);
    three.ends[0] = three.file.size_bytes;
    gzip_append_member(&three.file, GZIP_NAME, ROWS_2, 9);
    three.ends[1] = three.file.size_bytes;
    gzip_append_member(&three.file, GZIP_EXTRA | GZIP_NAME | GZIP_COMMENT | GZIP_HEADER_CRC, ROWS_3,
                       0);
    three.ends[2] = three.file.size_bytes;
    return three;
}
