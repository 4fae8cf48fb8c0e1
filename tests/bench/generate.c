/**
 * generate: a report of any size, the same for the same seed, as a provider's nightly report looks.
 *
 *     sequence_id,isrc,upc,territory,tier,played_at,seconds
 *     1,GBBNC2600001,0400000000004,DE,premium,2026-11-01T00:00:00Z,183.2
 *
 * The recordings have a long tail: rank r is played about 1/r as often as the first, drawn in integers
 * alone, so that no machine's mathematics library decides what is in a report. Holes leave IDs out;
 * duplicates repeat one of the last rows, to the byte. Rows without a release have an empty upc, as
 * of the many providers who report recordings alone; all else is as it would be with one.
 */
#include "base/attributes.h"
#include "base/dates.h"

#include <argp.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    ROW_BYTES_MAX = 256,
    RECENT_ROWS = 64,
    SECONDS_PER_DAY = 86400,
    LEVEL_DEFAULT = 6,
    TEXT_BYTES = 32
};

typedef struct Options {
    int64_t rows;
    int64_t first_id;
    int64_t pairs; // of ISRC and release
    int64_t days;
    int64_t first_day; // since 1970-01-01
    uint64_t seed;
    int64_t hole_permille;
    int64_t duplicate_permille;
    int64_t unnamed_permille; // rows that name no release
    bool quoted;
    int level;
} Options;

static const char *const territories[] = {
    "US", "DE", "GB", "BR", "MX", "FR", "JP", "IN", "ES", "IT", "CA", "AU", "NL", "SE", "PL",
    "TR", "KR", "ID", "AR", "CL", "NO", "DK", "FI", "BE", "CH", "AT", "PT", "IE", "NZ", "ZA"};
static const char *const tiers[] = {"premium", "free", "family"};

// splitmix64 (S. Vigna): small, and the same everywhere.
static uint64_t next_random(uint64_t *state)
{
    uint64_t mixed = (*state += UINT64_C(0x9e3779b97f4a7c15));

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

static int64_t below(uint64_t *state, int64_t bound)
{
    return (int64_t)(next_random(state) % (uint64_t)bound);
}

/** A rank from 0, log-uniform: each doubling of the rank is as likely as the one before. */
static int64_t draw_rank(uint64_t *state, int64_t ranks)
{
    int doublings = 0;

    while (INT64_C(1) << (doublings + 1) <= ranks)
        doublings++;

    int64_t low = INT64_C(1) << below(state, doublings + 1);
    int64_t rank = low + below(state, low);

    return rank <= ranks ? rank - 1 : below(state, ranks);
}

/** The last digit of a GTIN-13. */
static int check_digit(int64_t twelve_digits)
{
    int sum = 0;

    for (int weight = 3; twelve_digits > 0; twelve_digits /= 10, weight = 4 - weight)
        sum += (int)(twelve_digits % 10) * weight;
    return (10 - sum % 10) % 10;
}

static void print_time(int64_t second, char text[TEXT_BYTES])
{
    unsigned clock = (unsigned)(second % SECONDS_PER_DAY);

    (void)day_print((Day)(second / SECONDS_PER_DAY), text);
    (void)snprintf(text + DAY_TEXT_BYTES - 1, TEXT_BYTES - DAY_TEXT_BYTES, "T%02u:%02u:%02uZ",
                   clock / 3600 % 24, clock / 60 % 60, clock % 60);
}

/** The release of a recording, three to each; empty below 0. */
static void print_release(int64_t pair, char text[TEXT_BYTES])
{
    int64_t twelve_digits = INT64_C(40000000000) + pair / 3;

    text[0] = '\0';
    if (pair >= 0)
        (void)snprintf(text, TEXT_BYTES, "%012" PRId64 "%d", twelve_digits,
                       check_digit(twelve_digits));
}

static int print_row(const Options *options, uint64_t *state, int64_t id, int64_t index,
                     char row[ROW_BYTES_MAX])
{
    int64_t pair = draw_rank(state, options->pairs);
    char upc[TEXT_BYTES];
    // Listeners are where they are: the same few territories have most of the streams.
    const char *territory = territories[draw_rank(state, COUNT_OF(territories))];
    const char *tier = tiers[below(state, 3)];
    int64_t milliseconds =
        below(state, 100) < 12 ? below(state, 30001) : 30000 + below(state, 240000);
    char played_at[TEXT_BYTES];
    const char *quote = options->quoted ? "\"" : "";

    print_release(index % 1000 < options->unnamed_permille ? -1 : pair, upc);
    print_time(options->first_day * SECONDS_PER_DAY +
                   index * options->days * SECONDS_PER_DAY / options->rows,
               played_at);
    return snprintf(row, ROW_BYTES_MAX,
                    "%s%" PRId64 "%s,%sGBBNC%07" PRId64 "%s,%s%s%s,%s%s%s,%s%s%s,%s%s%s,%s%" PRId64
                    ".%03" PRId64 "%s%s",
                    quote, id, quote, quote, 2600000 + pair, quote, quote, upc, quote, quote,
                    territory, quote, quote, tier, quote, quote, played_at, quote, quote,
                    milliseconds / 1000, milliseconds % 1000, quote,
                    options->quoted ? "\r\n" : "\n");
}

static bool write_report(const Options *options, gzFile out)
{
    char recent[RECENT_ROWS][ROW_BYTES_MAX];
    uint64_t state = options->seed;
    int64_t id = options->first_id;
    const char *end = options->quoted ? "\r\n" : "\n";

    if (gzprintf(out, "sequence_id,isrc,upc,territory,tier,played_at,seconds%s", end) <= 0)
        return false;
    for (int64_t i = 0; i < options->rows; i++) {
        char *row = recent[i % RECENT_ROWS];

        if (below(&state, 1000) < options->hole_permille)
            id += 1 + below(&state, 3);
        if (i >= RECENT_ROWS && below(&state, 1000) < options->duplicate_permille)
            memmove(row, recent[below(&state, RECENT_ROWS)], ROW_BYTES_MAX);
        else
            (void)print_row(options, &state, id++, i, row);
        if (gzputs(out, row) <= 0)
            return false;
    }
    return true;
}

static const struct argp_option argp_options[] = {
    {"rows", 'n', "N", 0, "Rows (10000000)", 0},
    {"first-id", 'i', "N", 0, "Their first sequence ID (1)", 0},
    {"pairs", 'p', "N", 0, "Recordings (200000)", 0},
    {"first-day", 'd', "N", 0, "First day, as days since 1970-01-01 (20758: 2026-11-01)", 0},
    {"days", 'D', "N", 0, "Days (1)", 0},
    {"seed", 's', "N", 0, "Seed (1)", 0},
    {"holes", 'o', "N", 0, "Of 1000 rows, so many have IDs left out before them (0)", 0},
    {"duplicates", 'u', "N", 0, "Of 1000 rows, so many repeat one of the last (0)", 0},
    {"unnamed", 'r', "N", 0, "Of 1000 rows, so many name no release (0)", 0},
    {"quoted", 'q', NULL, 0, "Every field quoted, lines end in CR LF", 0},
    {"level", 'l', "N", 0, "Of gzip, 1 to 9 (6)", 0},
    {0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;
    int64_t number = 0;

    if (key == 'q') {
        options->quoted = true;
        return 0;
    }
    if (key == ARGP_KEY_ARG || argument == NULL)
        return ARGP_ERR_UNKNOWN;
    if (!slice_to_int64(slice_of(argument), &number) || number < 0)
        argp_error(state, "\"%s\" is no number", argument);
    switch (key) {
    case 'n':
        options->rows = number;
        return 0;
    case 'i':
        options->first_id = number;
        return 0;
    case 'p':
        options->pairs = number;
        return 0;
    case 'd':
        options->first_day = number;
        return 0;
    case 'D':
        options->days = number;
        return 0;
    case 's':
        options->seed = (uint64_t)number;
        return 0;
    case 'o':
        options->hole_permille = number;
        return 0;
    case 'u':
        options->duplicate_permille = number;
        return 0;
    case 'r':
        options->unnamed_permille = number;
        return 0;
    case 'l':
        options->level = (int)number;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = argp_options,
    .parser = parse_option,
    .doc = "Writes a gzip CSV report to standard output, the same for the same options."};

int main(int argc, char *argv[])
{
    Options options = {.rows = 10000000,
                       .first_id = 1,
                       .pairs = 200000,
                       .days = 1,
                       .first_day = 20758,
                       .seed = 1,
                       .level = LEVEL_DEFAULT};
    char mode[] = "wb6";

    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0 || options.rows < 1 ||
        options.pairs < 1 || options.level < 1 || options.level > 9)
        return 64;
    mode[2] = (char)('0' + options.level);

    gzFile out = gzdopen(fileno(stdout), mode);
    bool written = out != NULL && write_report(&options, out);

    if (out != NULL && gzclose(out) != Z_OK)
        written = false;
    if (!written)
        (void)fputs("generate: could not write the report\n", stderr);
    return written ? 0 : 73;
}
