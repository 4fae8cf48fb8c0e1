#ifndef TIDEMARK_OUTBOX_DELIVERY_H
#define TIDEMARK_OUTBOX_DELIVERY_H

#include "outbox/channel.h"
#include "settings/settings.h"
#include "store/store.h"

#include <stdbool.h>

/** What became of one event or answer; texts are for the caller to read until the next call. */
typedef struct DeliveryOutcome {
    char event[128]; // its key
    char provider[64];
    char upc[32];
    char outcome[16]; // delivered, failed, given_up; acknowledged, rejected, known
    char detail[512]; // why not
} DeliveryOutcome;

/**
 * Delivers the next event that is due after `*after` (0 at first), in a transaction of its own:
 * locked, handed over, marked. A crash between handing over and commit hands it over again, under
 * the same key. *out_more is false when there is none. A delivery that fails is an outcome, tried
 * again later; the Status is of the database alone.
 */
Status deliver_next(Store *store, const Settings *settings, const Channel *channel, int64_t *after,
                    bool *out_more, DeliveryOutcome *out_outcome, Error *error);

/** What deliver_next() would try now; *out_rows is the caller's, for rows_free(). */
Status deliver_pending(Store *store, const Settings *settings, Rows **out_rows, Error *error);

/**
 * Reads one answer file, {"key":"…","answer":"accepted"} or "rejected" with a "reason", marks its
 * event, and moves the file to the folder's `read`. The same answer twice changes nothing.
 * STATUS_DATA: it is no answer, of an unknown key, of another provider's event, or says otherwise
 * than before; it stays where it is.
 */
Status answer_read(Store *store, const Provider *provider, const char *path,
                   DeliveryOutcome *out_outcome, Error *error);

#endif
