#ifndef TIDEMARK_REPORT_SCAN_H
#define TIDEMARK_REPORT_SCAN_H

#include <stdbool.h>

/** The ways to look through bytes, each wider than the one before; what they find is the same. */
typedef enum ScanKind {
    SCAN_BEST,     // the widest that this processor has
    SCAN_PORTABLE, // 8 bytes at a time, by arithmetic: any processor
    SCAN_SSE2,     // 16; every x86-64
    SCAN_AVX2,     // 32
    SCAN_AVX512,   // 64
    SCAN_KINDS
} ScanKind;

/** The most that is looked through at once. */
enum { SCAN_BYTES_MAX = 1 << 14 };

/** Whether this processor can. */
bool scan_can(ScanKind kind);

#endif
