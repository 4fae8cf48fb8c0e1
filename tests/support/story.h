#ifndef TIDEMARK_TESTS_STORY_H
#define TIDEMARK_TESTS_STORY_H

#include "report/report.h"

/**
 * What the reader makes of a file, as text: a line for each row, reject (line!), and the counts, or
 * the refusal; so that a test says in one place what goes in and what must come out.
 */
typedef struct Story {
    char *text;   // for free()
    uint64_t sum; // of the fingerprints
    size_t blocks;
} Story;

#define STORY_HEADER "id,time,isrc,upc,country,tier,seconds\n"

/** The layout of most tests: the header above, IDs, and streams longer than 30 s. */
Layout story_layout(void);
/** No header and no IDs: ISRC, quantity, monetised, amount and currency, and a month in the file's
 * name. */
Layout story_money_layout(void);

/** How a file is read; {0} is as everybody reads. */
typedef struct StoryReading {
    ReaderChoice reader;
    ScanKind scan;
    size_t window_bytes;
} StoryReading;

/** By a file's name whose {period} is 2026-10, and the days of that month in UTC. */
Story story_of_source(Source *taken_source, const Layout *layout);
Story story_as_read(Source *taken_source, const Layout *layout, StoryReading reading);
/**
 * By both readers, the fast one in all its ways, at once and three bytes at a time. The test fails
 * if that makes a difference.
 */
Story story_of_bytes(const Layout *layout, const char *bytes, size_t size_bytes);
/** The test fails if the file's story is another. */
void story_expect(const Layout *layout, const char *file, const char *story);

/** The days of October 2026 in UTC. */
const DayTable *story_days(void);
/** `before`, so many letters, `behind`; for free(). */
char *story_many(const char *before, char letter, size_t count, const char *behind);

#endif
