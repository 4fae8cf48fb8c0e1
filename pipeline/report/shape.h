#ifndef TIDEMARK_REPORT_SHAPE_H
#define TIDEMARK_REPORT_SHAPE_H

#include "report/reject.h"

/** What is used may become a name in a dictionary, and PostgreSQL's keys have 2704 bytes at most. */
enum { USED_FIELD_BYTES_MAX = 1024 };

/**
 * Whether a field that is used can be trusted to be one field: no ASCII control character (0x00 to
 * 0x1F, 0x7F), valid UTF-8 (RFC 3629), not too long. SHAPE_LENGTH, before SHAPE_CONTROL, before
 * SHAPE_ENCODING.
 *
 * A stray pair of quotation marks over several lines makes one field of many rows; the line breaks
 * in it are what tells.
 */
RejectReason shape_check(Slice field);

#endif
