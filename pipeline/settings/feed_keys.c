#include "settings/keys.h"
#include "settings/types.h"

// Versions of clang-format differ over braces in a macro.
// clang-format off
#define TABLE(array) {.keys = (array), .count = COUNT_OF(array)}
// clang-format on

static const Word rhythm_words[] = {{"none", RHYTHM_NONE},
                                    {"daily", RHYTHM_DAILY},
                                    {"weekly", RHYTHM_WEEKLY},
                                    {"monthly", RHYTHM_MONTHLY},
                                    {NULL, 0}};

static const Key rhythm_keys[] = {
    {.name = "every",
     .type = &type_word,
     .offset = offsetof(Feed, rhythm),
     .default_text = "none",
     .words = rhythm_words,
     .help = "how often reports come, so that status can say that one is late"},
    {.name = "grace_days",
     .type = &type_number,
     .offset = offsetof(Feed, rhythm_grace_days),
     .default_text = "1",
     .min = 0,
     .max = 366,
     .help = "how long after the end of its period a report may take"},
};
static const KeyTable rhythm_table = TABLE(rhythm_keys);

static const Word encoding_words[] = {{"utf-8", ENCODING_UTF_8},
                                      {"utf-16", ENCODING_UTF_16},
                                      {"latin-1", ENCODING_LATIN_1},
                                      {NULL, 0}};
static const Word delimiter_words[] = {
    {"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"pipe", '|'}, {NULL, 0}};

static const Key file_keys[] = {
    {.name = "encoding",
     .type = &type_word,
     .offset = offsetof(Feed, layout.encoding),
     .default_text = "utf-8",
     .words = encoding_words,
     .help = "a byte order mark is dropped"},
    {.name = "delimiter",
     .type = &type_delimiter,
     .offset = offsetof(Feed, layout.delimiter),
     .default_text = "comma",
     .words = delimiter_words,
     .help = "what stands between the fields"},
    {.name = "quoted",
     .type = &type_flag,
     .offset = offsetof(Feed, layout.quoted),
     .default_text = "true",
     .help = "false: a quotation mark is a letter like any other"},
    {.name = "preamble_lines",
     .type = &type_number,
     .offset = offsetof(Feed, layout.preamble_lines),
     .default_text = "0",
     .min = 0,
     .max = 1000,
     .help = "lines before the header, or before the first row"},
    {.name = "header",
     .type = &type_flag,
     .offset = offsetof(Feed, layout.header),
     .default_text = "true",
     .help = "whether a line names the columns"},
    {.name = "footer_lines",
     .type = &type_number,
     .offset = offsetof(Feed, layout.footer_lines),
     .default_text = "0",
     .min = 0,
     .max = 1000,
     .help = "lines at the end that are no rows"},
    {.name = "name_pattern",
     .type = &type_pattern,
     .offset = offsetof(Feed, layout.name_pattern),
     .help = "what a file's name says; {part} and {parts} are its place in its report"},
};
static const KeyTable file_table = TABLE(file_keys);

// Versions of clang-format differ over braces in a macro.
// clang-format off
#define COLUMN(role, key, meaning) \
    {.name = (key), .type = &type_column, .offset = offsetof(Feed, layout.columns[(role)]), \
     .help = (meaning)}
// clang-format on

static const Key role_keys[] = {
    COLUMN(COLUMN_SEQUENCE_ID, "sequence_id", "the number that identifies a row for ever"),
    COLUMN(COLUMN_TIME, "time", "when it was played; its day is the feed's"),
    COLUMN(COLUMN_PERIOD, "period", "the day or month, in one column"),
    COLUMN(COLUMN_PERIOD_FROM, "period_from", "the first day of the row's period"),
    COLUMN(COLUMN_PERIOD_TO, "period_to", "the last day of the row's period"),
    COLUMN(COLUMN_RECORDING, "recording", "ISRC of what was played"),
    COLUMN(COLUMN_RELEASE, "release", "UPC, EAN or GRid of the product"),
    COLUMN(COLUMN_TERRITORY, "territory", "where it was played"),
    COLUMN(COLUMN_TIER, "tier", "premium, free, family …: as the provider calls it"),
    COLUMN(COLUMN_DURATION, "duration", "how long it was played"),
    COLUMN(COLUMN_MONETISED, "monetised", "the provider's own flag or count, see monetised.by"),
    COLUMN(COLUMN_QUANTITY, "quantity", "streams that the row stands for, negative for a void"),
    COLUMN(COLUMN_AMOUNT, "amount", "what the provider reports to pay"),
    COLUMN(COLUMN_CURRENCY, "currency", "the amount's currency, ISO 4217"),
};
static const KeyTable role_table = TABLE(role_keys);

static const Key total_keys[] = {
    {.name = "marker",
     .type = &type_column,
     .offset = offsetof(Feed, layout.totals.marker),
     .help = "the column by which a row of totals is known"},
    {.name = "value",
     .type = &type_text,
     .offset = offsetof(Feed, layout.totals.marker_value),
     .help = "what stands there in a row of totals"},
    {.name = "rows",
     .type = &type_column,
     .offset = offsetof(Feed, layout.totals.rows),
     .help = "the column with the number of rows"},
    {.name = "streams",
     .type = &type_column,
     .offset = offsetof(Feed, layout.totals.streams),
     .help = "the column with the sum of all quantities"},
    {.name = "amount",
     .type = &type_column,
     .offset = offsetof(Feed, layout.totals.amount),
     .help = "the column with the sum of all amounts"},
    {.name = "required",
     .type = &type_flag,
     .offset = offsetof(Feed, layout.totals.required),
     .default_text = "true",
     .help = "a file without that row was cut, and is refused"},
};
static const KeyTable total_table = TABLE(total_keys);

static const Word point_words[] = {{".", '.'}, {",", ','}, {NULL, 0}};

static const Key number_keys[] = {
    {.name = "decimal_point",
     .type = &type_letter,
     .offset = offsetof(Feed, layout.decimal_point),
     .default_text = ".",
     .words = point_words,
     .help = "of amounts and durations"},
};
static const KeyTable number_table = TABLE(number_keys);

static const Word time_words[] = {{"iso8601", TIME_ISO_8601},
                                  {"unix_s", TIME_UNIX_SECONDS},
                                  {"unix_ms", TIME_UNIX_MILLISECONDS},
                                  {NULL, 0}};

static const Key time_keys[] = {
    {.name = "format",
     .type = &type_time_format,
     .offset = offsetof(Feed, layout),
     .default_text = "iso8601",
     .words = time_words,
     .help = "of times and periods; a pattern without %d is a month"},
};
static const KeyTable time_table = TABLE(time_keys);

static const Word unit_words[] = {
    {"s", DURATION_SECONDS}, {"ms", DURATION_MILLISECONDS}, {"clock", DURATION_CLOCK}, {NULL, 0}};

static const Key duration_keys[] = {
    {.name = "unit",
     .type = &type_word,
     .offset = offsetof(Feed, layout.duration_unit),
     .default_text = "s",
     .words = unit_words,
     .help = "clock is [h:]mm:ss[.fff]"},
};
static const KeyTable duration_table = TABLE(duration_keys);

static const Word by_words[] = {{"duration", MONETISED_BY_DURATION},
                                {"flag", MONETISED_BY_FLAG},
                                {"count", MONETISED_BY_COUNT},
                                {"all", MONETISED_ALL},
                                {NULL, 0}};

static const Key monetised_keys[] = {
    {.name = "by",
     .type = &type_word,
     .offset = offsetof(Feed, layout.monetised_by),
     .default_text = "duration",
     .words = by_words,
     .help = "what says that a stream is monetised"},
    {.name = "longer_than",
     .type = &type_longer_than,
     .offset = offsetof(Feed, layout),
     .default_text = "30 s",
     .help = "by duration: 30.001 s is monetised, 30.000 s is not"},
    {.name = "at_least",
     .type = &type_at_least,
     .offset = offsetof(Feed, layout),
     .help = "by duration, instead of longer_than: 30.000 s is monetised too"},
    {.name = "yes",
     .type = &type_texts,
     .offset = offsetof(Feed, layout.monetised_flags),
     .count_offset = offsetof(Feed, layout.monetised_flag_count),
     .help = "by flag: values that mean yes, in any case"},
    {.name = "no",
     .type = &type_texts,
     .offset = offsetof(Feed, layout.unmonetised_flags),
     .count_offset = offsetof(Feed, layout.unmonetised_flag_count),
     .help = "by flag: values that mean no; any other rejects its row"},
};
static const KeyTable monetised_table = TABLE(monetised_keys);

static const Key ready_keys[] = {
    {.name = "settle",
     .type = &type_seconds,
     .offset = offsetof(Feed, readiness.settle_seconds),
     .default_text = "0 s",
     .max = 604800,
     .help = "a file that changed since is still being written, and waits"},
    {.name = "semaphore",
     .type = &type_text,
     .offset = offsetof(Feed, readiness.semaphore),
     .help = "a file that must stand beside it, such as \"{file}.done\""},
    {.name = "all_parts",
     .type = &type_flag,
     .offset = offsetof(Feed, readiness.all_parts),
     .default_text = "false",
     .help = "a report waits until all its parts are there"},
};
static const KeyTable ready_table = TABLE(ready_keys);

static const Word identity_words[] = {
    {"column", IDENTITY_COLUMN}, {"line", IDENTITY_LINE}, {NULL, 0}};

static const Key feed_file_keys[] = {
    {.name = "provider",
     .type = &type_text,
     .offset = offsetof(Feed, provider),
     .is_required = true,
     .help = "one of the main file's providers"},
    {.name = "zone",
     .type = &type_zone,
     .offset = offsetof(Feed, zone),
     .is_required = true,
     .help = "whose days these are"},
    {.name = "rhythm", .table = &rhythm_table, .help = "when reports are expected"},
    {.name = "identity",
     .type = &type_word,
     .offset = offsetof(Feed, layout.identity),
     .default_text = "column",
     .words = identity_words,
     .help = "column: the provider numbers its rows; line: report and line number do"},
    {.name = "first_id",
     .type = &type_wide,
     .offset = offsetof(Feed, layout.first_id),
     .default_text = "1",
     .min = 1,
     .max = INT64_MAX,
     .help = "where the feed's sequence IDs begin"},
    {.name = "file", .table = &file_table, .help = "what kind of file it is"},
    {.name = "columns", .table = &role_table, .help = "what is read, and where it stands"},
    {.name = "skip",
     .type = &type_skip,
     .table = &filter_keys,
     .offset = offsetof(Feed, layout),
     .help = "rows that are no streams: record types, subtotals"},
    {.name = "keep",
     .type = &type_keep,
     .table = &filter_keys,
     .offset = offsetof(Feed, layout),
     .help = "only these rows are streams"},
    {.name = "totals",
     .table = &total_table,
     .help = "the sender's own totals; a file whose rows give others is refused"},
    {.name = "numbers", .table = &number_table, .help = "how numbers are written"},
    {.name = "time", .table = &time_table, .help = "how times and periods are written"},
    {.name = "duration", .table = &duration_table, .help = "how durations are written"},
    {.name = "monetised", .table = &monetised_table, .help = "which streams earn money"},
    {.name = "ready", .table = &ready_table, .help = "what shows that a file is whole"},
    {.name = "max_reject_ratio",
     .type = &type_ratio,
     .offset = offsetof(Feed, max_reject_ratio),
     .default_text = "0.01",
     .help = "with more rejects among its rows a file is refused; 0: one is enough"},
};
const KeyTable feed_keys = TABLE(feed_file_keys);
