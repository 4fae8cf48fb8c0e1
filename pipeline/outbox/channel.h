#ifndef TIDEMARK_OUTBOX_CHANNEL_H
#define TIDEMARK_OUTBOX_CHANNEL_H

#include "base/error.h"
#include "settings/settings.h"

#include <stddef.h>

/**
 * How an event reaches a provider. A drop folder today; HTTP would be another maker of a Channel.
 *
 * deliver() may be called again with the same key and payload after a crash: the provider ends up
 * with one of them.
 */
typedef struct Channel {
    Status (*deliver)(const Provider *provider, const char *key, const char *payload, Error *error);
} Channel;

/** A file <drop_folder>/<key>.json, written aside and renamed: a provider never sees half of one.
 */
extern const Channel folder_channel;

#endif
