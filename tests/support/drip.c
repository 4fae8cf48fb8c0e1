#include "support/drip.h"

#include "base/memory.h"
#include "report/source_link.h"

#include <string.h>

typedef struct Drip {
    Source link;
    const char *bytes;
    size_t size_bytes;
    size_t read_bytes_max;
} Drip;

static Status drip_read(Source *source, char *buffer, size_t capacity_bytes, size_t *out_size_bytes,
                        Error *error)
{
    Drip *drip = (Drip *)source;
    size_t size_bytes = drip->size_bytes;

    (void)error;
    if (size_bytes > drip->read_bytes_max)
        size_bytes = drip->read_bytes_max;
    if (size_bytes > capacity_bytes)
        size_bytes = capacity_bytes;
    if (size_bytes > 0)
        memcpy(buffer, drip->bytes, size_bytes);
    drip->bytes += size_bytes;
    drip->size_bytes -= size_bytes;
    *out_size_bytes = size_bytes;
    return STATUS_OK;
}

Source *source_drip(const void *bytes, size_t size_bytes, size_t read_bytes_max)
{
    static const SourceKind kind = {.read = drip_read};
    Drip *drip = MEMORY_NEW(Drip, 1);

    drip->link.kind = &kind;
    drip->bytes = bytes;
    drip->size_bytes = size_bytes;
    drip->read_bytes_max = read_bytes_max;
    return &drip->link;
}
