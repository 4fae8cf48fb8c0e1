#ifndef TIDEMARK_REPORT_LINES_H
#define TIDEMARK_REPORT_LINES_H

#include "report/source.h"

#include <stdbool.h>

/**
 * A source → its physical lines, which end at LF, CRLF or a lone CR; the last may lack its end.
 *
 * One row may be several lines, so lines can be joined: what is joined lies in one piece. Memory is
 * bounded: what is joined never exceeds ROW_BYTES_MAX, and the footer lies in the last
 * FOOTER_BYTES_MAX bytes of the file.
 */
typedef struct Lines Lines;

enum {
    ROW_BYTES_MAX = 1 << 20,
    FOOTER_BYTES_MAX = 1 << 16,
    LINES_AHEAD_BYTES = SOURCE_ROOM_BYTES, // so that they can stay where they lie
    LINES_SLACK_BYTES = SOURCE_SLACK_BYTES,
};

typedef struct Line {
    int64_t number; // from 1
    Slice text;     // with its end; borrowed until the next call
    Slice joined;   // the lines that were joined and this one; borrowed until the next call
    bool is_cut; // longer than a row may be: only its beginning is here, the rest was passed over
} Line;

/** The caller's, for lines_free(); the last `footer_lines` lines are held back. */
Lines *lines_new(Source *taken_source, int footer_lines);
/** The next line; with `join` it is laid behind what the last call returned. False in *out_more:
 * the end, or the footer. */
Status lines_next(Lines *lines, bool join, Line *out_line, bool *out_more, Error *error);
/**
 * What will be given next, without giving it: LINES_AHEAD_BYTES or more, less only where the source
 * ends or fails before. The footer is not in it. Borrowed until the next call but lines_pass(); on
 * either side LINES_SLACK_BYTES may be read, whatever stands there. A failure is told by
 * lines_next(), when it comes to it.
 */
Slice lines_ahead(Lines *lines);
/** Where in memory the next line begins, as far as it is there. */
const char *lines_position(const Lines *lines);
/** Passes over bytes that lie ahead and are so many whole lines. */
void lines_pass(Lines *lines, size_t size_bytes, int64_t line_count);
/** At the end: the footer's lines are now lines like any other. */
void lines_release_footer(Lines *lines);
/** How many lines were given. */
int64_t lines_count(const Lines *lines);
/** How many bytes of the source they were: where the next one begins. */
int64_t lines_offset(const Lines *lines);
void lines_free(Lines *lines);

#endif
