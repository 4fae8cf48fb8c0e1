#ifndef TIDEMARK_PAYOUT_PAYMENT_READER_H
#define TIDEMARK_PAYOUT_PAYMENT_READER_H

#include "base/error.h"

#include <jansson.h>

/**
 * Reads a payments.csv as we wrote it: an array of objects, each field a text under its column's
 * name, without the ' that neutralised a formula. *out_payments is the caller's, for json_decref().
 * STATUS_DATA: it is no such file, the sentence says where; else as file_read().
 */
Status payments_read(const char *path, json_t **out_payments, Error *error);

#endif
