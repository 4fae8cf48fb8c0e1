#ifndef TIDEMARK_REPORT_REJECT_H
#define TIDEMARK_REPORT_REJECT_H

#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

/**
 * Why a row cannot be counted. One table: the messages, the documentation and the tests come from
 * it. A bad ISRC, UPC or unknown territory is no reason: that is real money, and waits in suspense.
 */
#define REJECT_REASONS(X)                                                                         \
    X(SHAPE_FIELDS, "shape_fields", "as many fields as the header or the other rows have")        \
    X(SHAPE_QUOTE, "shape_quote", "a quotation mark only around a whole field, doubled within")   \
    X(SHAPE_CONTROL, "shape_control",                                                             \
      "no control character, line break or NUL in a field that is used")                          \
    X(SHAPE_ENCODING, "shape_encoding", "valid UTF-8 in a field that is used")                    \
    X(SHAPE_LENGTH, "shape_length", "a field of at most 1024 bytes, 65536 where it is not used")  \
    X(ID_MISSING, "id_missing", "a sequence ID")                                                  \
    X(ID_INVALID, "id_invalid", "a whole number from the feed's first_id to 9223372036854775807") \
    X(TIME_MISSING, "time_missing", "a time or a period")                                         \
    X(TIME_INVALID, "time_invalid", "a time as the layout's time_format says")                    \
    X(TIME_RANGE, "time_range",                                                                   \
      "a day between 1990-01-01 and 2099-12-31, and a period that ends after it begins")          \
    X(DURATION_INVALID, "duration_invalid", "a duration as the layout's unit says, not negative") \
    X(MONETISED_INVALID, "monetised_invalid", "one of the layout's flags, or a whole number")     \
    X(MONETISED_RANGE, "monetised_range", "a monetised count between 0 and the row's streams")    \
    X(QUANTITY_INVALID, "quantity_invalid", "a whole number, negative for a void, within 10^15")  \
    X(AMOUNT_INVALID, "amount_invalid", "a number")                                               \
    X(AMOUNT_LENGTH, "amount_length", "at most 38 digits before and 38 after the point")          \
    X(CURRENCY_INVALID, "currency_invalid", "three letters of ISO 4217")

typedef enum RejectReason {
    REJECT_NONE = -1, // the row, or the value, is good
#define X(name, key, expected) REJECT_##name,
    REJECT_REASONS(X)
#undef X
        REJECT_REASON_COUNT
} RejectReason;

/** "time_invalid": in the table of rejects and in <file>.rejects.csv.gz. */
const char *reject_reason_key(RejectReason reason);
/** What was expected, as a phrase. */
const char *reject_reason_expected(RejectReason reason);

/** All texts are slices of the reader's memory and live until its next block. */
typedef struct Reject {
    int64_t line; // at which the row begins
    Slice column; // the column's name in the header, else "column 7"; empty for the whole row
    RejectReason reason;
    Slice found;    // the field as it stands there; any bytes
    Slice expected; // the reason's phrase, or what the layout makes of it
    Slice raw;      // the row, any bytes, cut at REJECT_RAW_BYTES_MAX
} Reject;

enum { REJECT_RAW_BYTES_MAX = 65536 };

typedef struct RejectList {
    Reject *rejects;
    size_t count;
    size_t capacity;
} RejectList;

void reject_list_free(RejectList *list);

#endif
