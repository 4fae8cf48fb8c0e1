#ifndef TIDEMARK_REPORT_SOURCE_LINK_H
#define TIDEMARK_REPORT_SOURCE_LINK_H

#include "report/source.h"

#include <stdbool.h>

/**
 * What a Source is made of, for those who write one: source.c, gunzip.c, encoding.c. A link has a
 * Source as its first member, and its kind says what it does. source_read() knows when a link has
 * ended or failed: neither is read again.
 */
typedef struct SourceKind {
    /** As source_read(): 0 bytes is the end. */
    Status (*read)(Source *source, char *buffer, size_t capacity_bytes, size_t *out_size_bytes,
                   Error *error);
    /** As source_lend(); NULL: it cannot. */
    Status (*lend)(Source *source, char **out_bytes, size_t *out_size_bytes, Error *error);
    /** Frees what the link owns beside itself and the link before it; NULL: nothing. */
    void (*clear)(Source *source);
} SourceKind;

struct Source {
    const SourceKind *kind;
    Source *from; // the link before this one, owned; NULL for the first
    Status failed;
    bool is_at_end;
};

#endif
