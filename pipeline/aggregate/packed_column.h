#ifndef TIDEMARK_AGGREGATE_PACKED_COLUMN_H
#define TIDEMARK_AGGREGATE_PACKED_COLUMN_H

#include "store/store.h"

/** Reads what are to be `count` packed numbers (cells/packed.h) of a row. STATUS_DATA: they are
 * not, and the column is named. */
Status packed_column_read(const Rows *rows, size_t row, const char *column, int64_t numbers[],
                          size_t count, Error *error);

#endif
