#ifndef TIDEMARK_REPORT_CODE_H
#define TIDEMARK_REPORT_CODE_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * A code is an ISRC or a GTIN (UPC, EAN) as a number: arithmetic, the same on every machine.
 *
 *     ISRC  CC XXX YY NNNNN   1 + ((((C·26 + C)·36 + X)·36 + X)·36 + X)·10^7 + YYNNNNN
 *     GTIN  its 8, 12, 13 or 14 digits as a number, the last of them the check digit
 *
 * C is A 0 … Z 25; X is 0 … 9, A 10 … Z 35 (ISO 3901, GS1 General Specifications). Small letters
 * are read, and hyphens and spaces in an ISRC, spaces around a GTIN. A GTIN of zeros is none.
 *
 * What is malformed (also a GTIN with a wrong check digit), and a GRid, is odd: it is counted all
 * the same, keeps its text, and gets a negative number from a dictionary in the database. The same
 * functions exist in SQL (tidemark.isrc_code, isrc_text, gtin_code, gtin_text, bucket_of); a test
 * holds the two against each other.
 */
typedef int64_t Code;

#define CODE_NONE INT64_C(0) // the row names none
#define CODE_ODD INT64_C(-1) // the row names one that is no number: see its text
#define CODE_ISRC_MAX (INT64_C(26) * 26 * 36 * 36 * 36 * 10000000)
#define CODE_GTIN_MAX INT64_C(99999999999999)

enum { CODE_TEXT_BYTES = 21, BUCKETS = 256 };

/** CODE_NONE for an empty text, CODE_ODD for one that is no ISRC. */
Code code_from_isrc(Slice text);
/** CODE_NONE for an empty text, CODE_ODD for one that is no GTIN. */
Code code_from_gtin(Slice text);
/**
 * For reading many: what each character at one of an ISRC's first five places adds to the number of
 * its country and registrant. One that cannot stand there makes the sum of the five negative.
 */
typedef struct IsrcPrefixes {
    int32_t values[5][256];
} IsrcPrefixes;

void code_list_isrc_prefixes(IsrcPrefixes *out_prefixes);
/** The 12 characters of an ISRC code, "" for CODE_NONE; returns `text`. The code is positive or
 * none. */
const char *code_print_isrc(Code code, char text[CODE_TEXT_BYTES]);
/** 12 digits where they suffice, else 13, else 14; "" for CODE_NONE; returns `text`. */
const char *code_print_gtin(Code code, char text[CODE_TEXT_BYTES]);

/**
 * The unit of parallel work, 0 to 255: of the release's code, of the recording's where a row names
 * no release. |code| mod 65521 mod 256: labels number in runs, which a prime spreads. Database
 * numbers of odd codes are negative and go through the same function.
 */
int code_bucket(Code release, Code recording);

#endif
