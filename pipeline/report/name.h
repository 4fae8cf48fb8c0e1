#ifndef TIDEMARK_REPORT_NAME_H
#define TIDEMARK_REPORT_NAME_H

#include "base/error.h"
#include "base/text.h"

/**
 * What a report file's name says, by the feed's pattern:
 * "sales_{service}_{period}_{part}of{parts}.csv.gz".
 *
 * A {part} matches one character or more, as few as possible. {part} and {parts} are the file's
 * place among those of its report. The key of a report (identity `line`) is all of them but
 * {parts}, as "service=x period=2026-10 part=2"; without a pattern it is the name without its
 * endings (.gz, .csv, .tsv, .txt). Spaces, "%" and what is not printable ASCII stand in a key as
 * %XX.
 */
enum {
    NAME_PARTS_MAX = 16,     // {…} in a pattern
    REPORT_PARTS_MAX = 10000 // files that a report may come in
};

typedef struct NamePart {
    char *name;
    char *value;
} NamePart;

typedef struct ReportName {
    NamePart parts[NAME_PARTS_MAX];
    size_t part_count;
    int part;         // 1 where the name says none
    int parts_in_all; // 1 where the name says none
    char *key;
    char *siblings; // the key without {part}: what the parts of one report have in common
} ReportName;

/**
 * Whether a pattern is one: braces match, names (small letters, digits, "_") are unlike and at most
 * NAME_PARTS_MAX, no {parts} without a {part}. STATUS_CONFIG.
 */
Status name_pattern_check(const char *pattern, Error *error);
/**
 * STATUS_DATA: the name does not fit the pattern (NULL fits all), or {part} is no number from 1 to
 * {parts}. *out_name is the caller's, for report_name_clear().
 */
Status report_name_parse(const char *pattern, const char *file_name, ReportName *out_name,
                         Error *error);

/** The value of a {part}; NULL where the name has no such. Borrowed. */
const char *report_name_part(const ReportName *name, const char *part);

void report_name_clear(ReportName *name);

#endif
