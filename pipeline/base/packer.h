#ifndef TIDEMARK_BASE_PACKER_H
#define TIDEMARK_BASE_PACKER_H

#include "base/error.h"
#include "base/text.h"

/**
 * Compresses bytes as one gzip member, on a thread of its own, while who makes them makes the next.
 * Same pieces, same bytes: the header names no time, no file and no system.
 *
 *     TRY(packer_new(write_packed, file, &packer, error));
 *     for (...) {
 *         ... fill text
 *         TRY(packer_add(packer, &text, error));    // text is empty again
 *     }
 *     TRY(packer_finish(packer, error));
 * cleanup:
 *     packer_free(packer);    // without packer_finish(): what was added is of no interest
 */
typedef struct Packer Packer;

/** Takes what was compressed; it is called by the packer's thread, until it fails. */
typedef Status PackerSink(void *context, const void *bytes, size_t size_bytes, Error *error);

/** `context` is the sink's. *out_packer is the caller's, for packer_free(). STATUS_MEMORY. */
Status packer_new(PackerSink *sink, void *context, Packer **out_packer, Error *error);
/** Takes the bytes of `text`, which is empty afterwards. Waits while much is still to be compressed.
 * Then, or by packer_finish(), an error of the sink is told; `text` is as it was. */
Status packer_add(Packer *packer, Text *text, Error *error);
/** Waits until all of it is compressed and taken; afterwards only packer_free(). */
Status packer_finish(Packer *packer, Error *error);
void packer_free(Packer *packer);

#endif
