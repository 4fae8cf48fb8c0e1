#ifndef TIDEMARK_STAGE_INTERNAL_H
#define TIDEMARK_STAGE_INTERNAL_H

#include "stage/command_line.h"
#include "stage/stage.h"

/** A table that is printed as its rows come (stage_list_begin()). */
typedef struct StageList {
    bool is_open;
    const ResultColumn *columns; // borrowed
    size_t column_count;
    json_t *page;   // rows for people that are not printed yet
    size_t *widths; // of the columns, for stage_print_page()
    bool has_row;
} StageList;

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
    json_t *document; // what --json prints, or has not printed yet
    bool has_begun_document;
    bool has_lost_output; // standard output took not all, which is told once
    StageList list;
    bool has_printed; // for people
    bool ends_with_table;
};

/** Whether results are printed for people. */
bool stage_shows_people(const Stage *stage);
/** A line between a table and what stands before it. */
void stage_begin_table(const Stage *stage);
/**
 * Prints rows of a table for people. `widths` of its columns, as they were printed on the pages
 * before, or 0 where this is the first, which alone has headings; they become those of this page.
 * NULL: there is one page. STATUS_CANNOT_WRITE.
 */
Status stage_print_page(Stage *stage, const json_t *rows, const ResultColumn columns[],
                        size_t column_count, size_t widths[], Error *error);
/** Begins to print the document; what is added to it from then on comes with its rest. */
void stage_begin_document(Stage *stage);
/** Prints what is left: of a list that a failure left open, and the document on one line, or its
 * rest. Once; STATUS_CANNOT_WRITE, but where that was told before. */
Status stage_end_output(Stage *stage, Error *error);
/** STATUS_CANNOT_WRITE: standard output took not all that was printed. */
Status stage_flush(Stage *stage, Error *error);

#endif
