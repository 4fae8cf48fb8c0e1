#ifndef TIDEMARK_STAGE_INTERNAL_H
#define TIDEMARK_STAGE_INTERNAL_H

#include "stage/command_line.h"
#include "stage/stage.h"

/** What the files of this room share. */
struct Stage {
    char *name;    // "ingest"
    char *program; // "tidemark-ingest"
    CommandLine line;
    Log *log;
    Settings *settings;
    Store *store;
    StoreLock *lock;
    Status worst;     // of what was refused on the way
    json_t *document; // what --json prints
    bool has_printed; // for people
    bool ends_with_table;
};

/** The document on one line on standard output. STATUS_CANNOT_WRITE. */
Status stage_print_document(const Stage *stage, Error *error);
/** STATUS_CANNOT_WRITE: standard output took not all that was printed. */
Status stage_flush(Error *error);

#endif
