#ifndef TIDEMARK_REPORT_INFLATE_H
#define TIDEMARK_REPORT_INFLATE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Inflaters of raw deflate data (RFC 1951), one behind the other's door: zlib, which every machine
 * has, and ISA-L, three times as fast (CRC too), where it was there when this was built. What is around
 * the data is the caller's: see gunzip.c.
 *
 * Both give the same text of the same data and use the same bytes of it. ISA-L is less strict in
 * one place: zlib refuses a Huffman code with more room than it uses, and one without an end of
 * block; ISA-L refuses them where the data comes to what the code lacks.
 */
typedef struct Inflater Inflater;

/**
 * At the end of the data, what an inflater has taken ahead is given back, up to so many bytes of
 * those that it was given and has used before: the caller keeps them in front of the input.
 */
enum { INFLATE_BACK_BYTES = 8 };

typedef struct InflateStep {
    const uint8_t *input;
    size_t input_bytes;
    char *output;
    size_t output_bytes;

    // What became of it:
    ptrdiff_t used_bytes; // of the input; the others come again, with more behind them. At the end
                          // perhaps negative, down to -INFLATE_BACK_BYTES.
    size_t made_bytes;    // 0, and no end: more input is needed
    bool is_end;          // of the data: the used bytes are the last
} InflateStep;

typedef struct InflaterKind {
    const char *name;
    Inflater *(*create)(void);
    /** Begins anew, with other data. */
    void (*reset)(Inflater *inflater);
    /** Does what it can. STATUS_DATA: the data is damaged at or before the used bytes. */
    Status (*run)(Inflater *inflater, InflateStep *step, Error *error);
    void (*destroy)(Inflater *inflater);
    /** The CRC-32 of gzip, continued; 0 is that of nothing. */
    uint32_t (*crc)(uint32_t crc, const void *bytes, size_t size_bytes);
} InflaterKind;

/** Those that this was built with, the best first, up to NULL. */
extern const InflaterKind *const inflater_kinds[];
extern const InflaterKind inflater_zlib;
extern const InflaterKind inflater_isal; // only where TIDEMARK_HAS_ISAL is defined

#endif
