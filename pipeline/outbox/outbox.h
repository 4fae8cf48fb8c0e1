#ifndef TIDEMARK_OUTBOX_OUTBOX_H
#define TIDEMARK_OUTBOX_OUTBOX_H

#include "base/error.h"
#include "store/store.h"

/**
 * Events: written in the same transaction as the change that they announce, delivered at least once
 * under a stable key, so that their effect is exactly once. Those of one release reach a provider
 * in their order.
 */

/** An event "distribute" of a release for each of the providers, in the caller's transaction. */
Status outbox_announce_release(Store *store, const char *upc, const char *const providers[],
                               size_t provider_count, Error *error);
/** An event "withdraw" for each provider that was told of the release; none where nobody was. In
 * the caller's transaction. */
Status outbox_announce_withdrawal(Store *store, int64_t release, Error *error);
/** Takes up an event that was given up or rejected. STATUS_DATA: there is no such event, or a later
 * one of its release has come since it was rejected. In the caller's transaction. */
Status outbox_retry(Store *store, const char *key, Error *error);

#endif
