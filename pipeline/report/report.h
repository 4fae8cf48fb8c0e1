#ifndef TIDEMARK_REPORT_REPORT_H
#define TIDEMARK_REPORT_REPORT_H

#include "report/block.h"
#include "report/layout.h"
#include "report/name.h"
#include "report/reject.h"
#include "report/scan.h"
#include "report/source.h"

/**
 * A report file → checked rows. The careful reader: libcsv in strict mode, a physical line at a
 * time. The fast one takes what is plain and good (fast_rows.h), and leaves all else to it, row by
 * row.
 *
 * Bounds: a field 64 KiB, a row 1 MiB, 1024 columns. A row over the bounds within an open quote,
 * and a quote that is open at the end, refuse the file and name the line where it opened; a stray
 * quote rejects its row and the reader goes on at the next line. libcsv drops white space around an
 * unquoted field; empty lines are no rows.
 *
 *     rows_read = rows of blocks + rejects          skipped rows, preamble, header, totals are not
 * rows
 *
 * Pure: no database, clock, settings or log.
 */
typedef struct Report Report;

/**
 * Two readers of one file: whichever is chosen, rows, rejects, counts, errors and where a block ends
 * are the same, to the byte. The careful one is the judge of the other.
 */
typedef enum ReaderChoice { READER_FAST, READER_CAREFUL } ReaderChoice;

typedef struct ReportOptions {
    const Layout *layout;   // borrowed for the report's life
    const DayTable *days;   // borrowed; the feed's local days
    const ReportName *name; // borrowed; values of the layout's name_part columns
    ReaderChoice reader;
    // What makes no difference but in speed, for tests that prove it:
    ScanKind scan;       // how the fast reader looks for fields; this processor can
    size_t window_bytes; // how much of the file it looks through at once, 64 to SCAN_BYTES_MAX;
                         // 0: as suits it
} ReportOptions;

typedef struct ReportCounts {
    int64_t rows_read;
    int64_t rejected;
    int64_t skipped; // by filters, as totals or footer
    int64_t lines;
    int64_t streams; // of the rows that were not rejected
    Decimal amount;  // of the same rows, whatever their currencies: what a sender's total sums
} ReportCounts;

/**
 * Reads the preamble and the header. *out_report is the caller's, for report_close(); it owns the
 * source. STATUS_DATA: a column that the layout names is not in the header (the nearest is named),
 * or stands there twice.
 */
Status report_open(Source *taken_source, const ReportOptions *options, Report **out_report,
                   Error *error);

/** How many blocks have their texts in the report at once: that which was read last, and those before
 * it. */
enum { REPORT_BLOCKS_KEPT = 4 };

/**
 * The next rows: clears and fills `block` and `rejects`; *out_more is false when there are no more,
 * and only then is the file known to be whole and the sender's totals to agree. STATUS_DATA refuses
 * the file: damaged, cut, an unclosed quote, other totals; nothing that was read of it may be kept.
 */
Status report_next(Report *report, RowBlock *block, RejectList *rejects, bool *out_more,
                   Error *error);

const ReportCounts *report_counts(const Report *report);
void report_close(Report *report);

#endif
