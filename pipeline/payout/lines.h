#ifndef TIDEMARK_PAYOUT_LINES_H
#define TIDEMARK_PAYOUT_LINES_H

#include "base/csv_file.h"
#include "base/exact.h"
#include "store/store.h"

/**
 * lines.csv.gz: what each payment of a run is made of.
 *
 *     chunks of earnings ──► records, one for each payee of a split ──► sorted, summed ──► named ──► rows
 *     (database)             (line_chunks.h)                            (sorter.h)  (line_names.h)  (line_writer.h)
 *
 * The server hands over chunks and terms as they are stored; expanding, sorting, naming and
 * multiplying them is done here: 473,000 lines took the server 11 s, and take 1.2 s of both. It is
 * checked by tidemark.payout_lines(), which is the same in SQL.
 */
typedef struct LinesSum {
    char currency[4];
    char amount[EXACT_TEXT_BYTES];
} LinesSum;

typedef struct LinesSummary {
    CsvFileSummary file;
    LinesSum *sums; // by currency, in order
    size_t sum_count;
} LinesSummary;

/**
 * Writes the file at `path`, within a transaction that sees one snapshot; what does not fit into
 * memory is put aside in the path's folder. *out_summary is the caller's, for lines_summary_free().
 * STATUS_BUG: the lines of a request do not add up to its amount. STATUS_CANNOT_WRITE.
 */
Status lines_write(Store *store, int64_t run, const char *path, LinesSummary *out_summary,
                   Error *error);

/** What of it is in memory. */
typedef struct LinesBounds {
    size_t sorter_bytes;  // of records; beyond, they go to a file
    size_t lines_at_once; // are named together
    size_t names_max;     // of releases, and of recordings, that are kept
} LinesBounds;

/** As lines_write(), which has bounds of its own. In the header for tests: whatever they are, the
 * bytes are the same. */
Status lines_write_within(Store *store, int64_t run, const char *path, const LinesBounds *bounds,
                          LinesSummary *out_summary, Error *error);
void lines_summary_free(LinesSummary *summary);

#endif
