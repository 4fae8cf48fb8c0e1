/**
 * csv_alone: libcsv and nothing else. Counts the fields and rows of CSV text on standard input, as a measure of what a
 * callback for each field costs.
 */
#include <csv.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

enum { CHUNK_BYTES = 1 << 18 };

typedef struct Counts {
    uint64_t fields;
    uint64_t rows;
} Counts;

static void count_field(void *bytes, size_t size_bytes, void *counts)
{
    (void)bytes;
    (void)size_bytes;
    ((Counts *)counts)->fields++;
}

static void count_row(int end, void *counts)
{
    (void)end;
    ((Counts *)counts)->rows++;
}

int main(void)
{
    static char chunk[CHUNK_BYTES];
    struct csv_parser parser;
    Counts counts = {0};
    ssize_t size = 0;

    if (csv_init(&parser, CSV_STRICT) != 0)
        return 70;
    while ((size = read(STDIN_FILENO, chunk, sizeof chunk)) > 0)
        if (csv_parse(&parser, chunk, (size_t)size, count_field, count_row, &counts) !=
            (size_t)size)
            return 65;
    (void)csv_fini(&parser, count_field, count_row, &counts);
    csv_free(&parser);
    (void)printf("%" PRIu64 " rows, %" PRIu64 " fields\n", counts.rows, counts.fields);
    return size < 0 ? 74 : 0;
}
