#include "support/source_text.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static Status append_all(Source *source, char *buffer, size_t capacity_bytes, Text *text,
                         Error *error)
{
    for (;;) {
        size_t size_bytes = 0;
        Status status = source_read(source, buffer, capacity_bytes, &size_bytes, error);

        if (status != STATUS_OK || size_bytes == 0)
            return status;
        assert_true(size_bytes <= capacity_bytes);
        text_append_slice(text, (Slice){buffer, size_bytes});
    }
}

Status source_text(Source *taken_source, size_t capacity_bytes, Text *out_text, Error *error)
{
    char *buffer = MEMORY_NEW(char, capacity_bytes); // so large and no larger, for the sanitizer

    text_clear(out_text);
    Status status = append_all(taken_source, buffer, capacity_bytes, out_text, error);

    free(buffer);
    source_free(taken_source);
    return status;
}

void source_text_or_fail(Source *taken_source, size_t capacity_bytes, Text *out_text)
{
    Error error = {0};

    if (source_text(taken_source, capacity_bytes, out_text, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}
