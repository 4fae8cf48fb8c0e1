/**
 * read: how fast reports are read, without what is made of their rows.
 *
 *     build/tests/bench/read report.csv.gz             the fast reader
 *     build/tests/bench/read --careful report.csv      its judge
 *
 * Files are read by the layout of tests/bench/config/feeds/bench.yaml. Printed are rows, wall and
 * processor seconds, and the nanoseconds of both for a row; the sum of fingerprints tells whether
 * two files, or readers, gave the same rows.
 */
#include "report/report.h"

#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct Options {
    const char *path;
    ReaderChoice reader;
    int64_t scan;
} Options;

static const struct argp_option argp_options[] = {
    {"careful", 'c', NULL, 0, "By libcsv", 0},
    {"scan", 's', "KIND", 0, "0 the best, 1 portable, 2 SSE2, 3 AVX2, 4 AVX-512", 0},
    {0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    switch (key) {
    case 'c':
        options->reader = READER_CAREFUL;
        return 0;
    case 's':
        if (!slice_to_int64(slice_of(argument), &options->scan) || options->scan < 0 ||
            options->scan >= SCAN_KINDS || !scan_can((ScanKind)options->scan))
            argp_error(state, "this processor has no scan \"%s\"", argument);
        return 0;
    case ARGP_KEY_ARG:
        options->path = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {.options = argp_options,
                                 .parser = parse_option,
                                 .args_doc = "FILE",
                                 .doc = "Reads a report of tests/bench/generate to its end."};

static double seconds_of(clockid_t clock)
{
    struct timespec time;

    (void)clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

// November 2026 in Berlin: winter time.
static const DayTable *bench_days(void)
{
    enum { DAYS = 32 };
    static Instant starts[DAYS];
    static DayTable days = {.first_day = 20757, .count = DAYS - 1, .starts = starts};

    for (int i = 0; i < DAYS; i++)
        starts[i] = (days.first_day + i) * MICROSECONDS_PER_DAY - 3600 * MICROSECONDS_PER_SECOND;
    return &days;
}

static Status read_report(const Options *options, uint64_t *out_sum, int64_t *out_rows,
                          Error *error)
{
    const Layout layout = {
        .delimiter = ',',
        .quoted = true,
        .header = true,
        .decimal_point = '.',
        .monetised_threshold_us = 30 * MICROSECONDS_PER_SECOND,
        .first_id = 1,
        .columns = {[COLUMN_SEQUENCE_ID] = {.name = "sequence_id"},
                    [COLUMN_TIME] = {.name = "played_at"},
                    [COLUMN_RECORDING] = {.name = "isrc"},
                    [COLUMN_RELEASE] = {.name = "upc"},
                    [COLUMN_TERRITORY] = {.name = "territory"},
                    [COLUMN_TIER] = {.name = "tier"},
                    [COLUMN_DURATION] = {.name = "seconds"}},
    };
    const ReportOptions report_options = {.layout = &layout,
                                          .days = bench_days(),
                                          .reader = options->reader,
                                          .scan = (ScanKind)options->scan};
    Status status = STATUS_OK;
    Source *source = NULL;
    Report *report = NULL;
    RowBlock *block = row_block_new();
    RejectList rejects = {0};

    TRY(source_open_file(options->path, &source, error));
    TRY(report_open(source_utf8(source_gunzip(source), ENCODING_UTF_8), &report_options, &report,
                    error));
    for (bool more = true; more;) {
        TRY(report_next(report, block, &rejects, &more, error));
        for (size_t i = 0; i < block->count; i++)
            *out_sum += block->fingerprints[i];
    }
    *out_rows = report_counts(report)->rows_read;

cleanup:
    report_close(report);
    reject_list_free(&rejects);
    free(block);
    return status;
}

int main(int argc, char *argv[])
{
    Options options = {.path = "-"};
    Error error = {0};
    uint64_t sum = 0;
    int64_t rows = 0;
    double wall = seconds_of(CLOCK_MONOTONIC);

    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
        return STATUS_USAGE;
    if (read_report(&options, &sum, &rows, &error) != STATUS_OK) {
        (void)fprintf(stderr, "read: %s\n", error.message);
        return (int)error.status;
    }
    wall = seconds_of(CLOCK_MONOTONIC) - wall;

    double processor = seconds_of(CLOCK_PROCESS_CPUTIME_ID);

    (void)printf("%" PRId64 " rows, wall %.3f s (%.1f ns a row), processor %.3f s (%.1f ns a row), "
                 "sum %016" PRIx64 "\n",
                 rows, wall, wall * 1e9 / (double)rows, processor, processor * 1e9 / (double)rows,
                 sum);
    return 0;
}
