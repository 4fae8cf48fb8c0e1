#ifndef TIDEMARK_REPORT_ROW_VALUES_H
#define TIDEMARK_REPORT_ROW_VALUES_H

#include "report/arena.h"
#include "report/code.h"
#include "report/columns.h"
#include "report/times.h"

/** A row's values on their way into a block. */
typedef struct RowValues {
    int64_t sequence_id;
    Day period_from;
    Day period_to;
    bool is_monetised; // by duration or flag: all of its streams, or none
    int64_t monetised;
    int64_t streams;
    Decimal amount;
    Slice currency;
    Code recording;
    Code release;
    Slice recording_text;
    Slice release_text;
    Slice territory;
    Slice tier;
} RowValues;

/** What values are read from. */
typedef struct RowReading {
    const Layout *layout;
    const Columns *columns;
    TimeRules times;
    const CsvRow *row; // NULL: constants alone are read
    Arena *arena;      // for texts that outlive the row
    ColumnRole role;   // that was read last: the one at fault
} RowReading;

/** One step of reading a row: a value, or why it is none. */
typedef RejectReason (*RowStep)(RowReading *reading, RowValues *values);

/** The trimmed text of a role that has a value, from its field or the same for all rows. */
Slice row_text(RowReading *reading, ColumnRole role);

RejectReason row_read_sequence_id(RowReading *reading, RowValues *values);
RejectReason row_read_time(RowReading *reading, RowValues *values);
RejectReason row_read_period(RowReading *reading, RowValues *values);
/** A period's first and last day; without a last one the first is all. */
RejectReason row_read_from_and_to(RowReading *reading, RowValues *values);
RejectReason row_read_duration(RowReading *reading, RowValues *values);
RejectReason row_read_flag(RowReading *reading, RowValues *values);
RejectReason row_read_count(RowReading *reading, RowValues *values);
RejectReason row_read_quantity(RowReading *reading, RowValues *values);
/** After count and quantity: whether the one is within the other. */
RejectReason row_check_count(RowReading *reading, RowValues *values);
/** After duration or flag, and quantity: how many streams are monetised. */
RejectReason row_count_monetised(RowReading *reading, RowValues *values);
RejectReason row_read_amount(RowReading *reading, RowValues *values);
RejectReason row_read_currency(RowReading *reading, RowValues *values);
RejectReason row_read_recording(RowReading *reading, RowValues *values);
RejectReason row_read_release(RowReading *reading, RowValues *values);
RejectReason row_read_territory(RowReading *reading, RowValues *values);
RejectReason row_read_tier(RowReading *reading, RowValues *values);

#endif
