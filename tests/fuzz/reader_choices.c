#include "fuzz/reader_choices.h"

#include "base/memory.h"

enum { DAYS = 31 };

static const Day first_day = 20727; // October 2026, its days shifted by an hour and a half
static Instant day_starts[DAYS + 1];

static char *skipped[] = {"subtotal", "note", ""};
static char *kept[] = {"paid", "premium", "free"};
static char *yes[] = {"Y", "yes", "1"};
static char *no[] = {"N", "", "0"};

static void make_days(DayTable *days, unsigned choice)
{
    static const size_t counts[] = {DAYS, DAYS, 1, 0};

    for (int i = 0; i <= DAYS; i++)
        day_starts[i] = (first_day + i) * MICROSECONDS_PER_DAY - 90 * (int64_t)60 * 1000000;
    *days = (DayTable){
        .first_day = first_day, .count = counts[choice % COUNT_OF(counts)], .starts = day_starts};
}

static Layout by_header(void)
{
    return (Layout){
        .header = true,
        .columns =
            {
                [COLUMN_SEQUENCE_ID] = {.name = "id"},
                [COLUMN_TIME] = {.name = "time"},
                [COLUMN_RECORDING] = {.name = "isrc"},
                [COLUMN_RELEASE] = {.name = "upc"},
                [COLUMN_TERRITORY] = {.name = "country"},
                [COLUMN_TIER] = {.name = "tier"},
                [COLUMN_DURATION] = {.name = "seconds"},
            },
    };
}

static Layout with_money(void)
{
    return (Layout){
        .delimiter = ';',
        .decimal_point = ',',
        .monetised_by = MONETISED_BY_COUNT,
        .identity = IDENTITY_LINE,
        .columns =
            {
                [COLUMN_PERIOD] = {.name_part = "period"},
                [COLUMN_RECORDING] = {.position = 1},
                [COLUMN_TERRITORY] = {.constant = "de"},
                [COLUMN_QUANTITY] = {.position = 2},
                [COLUMN_MONETISED] = {.position = 3},
                [COLUMN_AMOUNT] = {.position = 4},
                [COLUMN_CURRENCY] = {.position = 5},
            },
    };
}

static Layout by_position(void)
{
    Layout layout = by_header();
    int position = 0;

    layout.header = false;
    for (int role = 0; role < COLUMN_ROLES; role++) {
        if (layout.columns[role].name == NULL)
            continue;
        position++;
        layout.columns[role] = (LayoutColumn){.position = position};
    }
    return layout;
}

static Layout with_flags(void)
{
    return (Layout){
        .header = true,
        .delimiter = '\t',
        .monetised_by = MONETISED_BY_FLAG,
        .columns =
            {
                [COLUMN_SEQUENCE_ID] = {.name = "id"},
                [COLUMN_PERIOD_FROM] = {.name = "from"},
                [COLUMN_PERIOD_TO] = {.name = "to"},
                [COLUMN_RECORDING] = {.name = "isrc"},
                [COLUMN_TERRITORY] = {.name = "country"},
                [COLUMN_QUANTITY] = {.name = "plays"},
                [COLUMN_MONETISED] = {.name = "paid"},
                [COLUMN_AMOUNT] = {.name = "amount"},
                [COLUMN_CURRENCY] = {.constant = "EUR"},
            },
    };
}

static void make_base(Layout *layout, unsigned choice)
{
    static Layout (*const bases[])(void) = {by_header, with_money, by_position, with_flags};

    *layout = bases[choice % COUNT_OF(bases)]();
    layout->quoted = true;
    if (layout->delimiter == '\0')
        layout->delimiter = ',';
    if (layout->decimal_point == '\0')
        layout->decimal_point = '.';
    layout->monetised_threshold_us = 30000000;
    layout->monetised_flags = yes;
    layout->monetised_flag_count = COUNT_OF(yes);
    layout->unmonetised_flags = no;
    layout->unmonetised_flag_count = COUNT_OF(no);
}

static void choose_form(Layout *layout, unsigned choice)
{
    static const char delimiters[] = {0, ';', '\t', '|'};
    static const Encoding encodings[] = {ENCODING_UTF_8, ENCODING_UTF_8, ENCODING_UTF_16,
                                         ENCODING_LATIN_1};

    if (choice % 4 > 0)
        layout->delimiter = delimiters[choice % 4];
    layout->quoted = (choice & 4) == 0;
    layout->encoding = encodings[choice >> 3 & 3];
    if ((choice & 0x20) != 0)
        layout->decimal_point = layout->decimal_point == '.' ? ',' : '.';
    if ((choice & 0x40) != 0)
        layout->identity = layout->identity == IDENTITY_LINE ? IDENTITY_COLUMN : IDENTITY_LINE;
}

static void choose_around(ReaderChoices *choices, unsigned choice)
{
    Layout *layout = &choices->layout;
    unsigned totals = choice >> 6 & 3;

    layout->preamble_lines = (int)(choice & 3);
    layout->footer_lines = (int)(choice >> 2 & 3);
    choices->filters[0] =
        (LayoutFilter){.column = {.position = 1}, .values = skipped, .value_count = 2};
    choices->filters[1] = (LayoutFilter){.column = {.position = 3},
                                         .values = kept,
                                         .value_count = COUNT_OF(kept),
                                         .keep_only = true};
    layout->filters = choices->filters;
    layout->filter_count = (choice >> 4 & 3) % 3;
    if (totals > 0)
        layout->totals = (LayoutTotals){
            .marker = {.position = 1},
            .marker_value = "TOTAL",
            .rows = {.position = 2},
            .streams = {.position = totals == 3 ? 0 : 3},
            .amount = {.position = totals == 2 ? 4 : 0},
            .required = totals > 1,
        };
}

static void choose_times(Layout *layout, unsigned choice)
{
    static char *const patterns[] = {"%Y-%m-%d", "%d.%m.%y %H:%M:%S", "%b %Y", "%Y%m%d%H%M%z"};
    LayoutColumn *columns = layout->columns;
    LayoutColumn column = columns[COLUMN_TIME];

    layout->time_format = (TimeFormat)(choice & 3);
    layout->time_pattern = patterns[choice >> 2 & 3];
    if (column.name == NULL && column.position == 0)
        return;
    if ((choice >> 4 & 3) == 1)
        columns[COLUMN_PERIOD] = column;
    if ((choice >> 4 & 3) == 2) {
        columns[COLUMN_PERIOD_FROM] = column;
        columns[COLUMN_PERIOD_TO] = columns[COLUMN_TIER];
    }
    if ((choice >> 4 & 3) == 3)
        columns[COLUMN_PERIOD].name_part = "period";
    if ((choice >> 4 & 3) > 0)
        columns[COLUMN_TIME] = (LayoutColumn){0};
}

static void choose_monetised(Layout *layout, unsigned choice)
{
    unsigned by = choice >> 2 & 7;

    layout->duration_unit = (DurationUnit)((choice & 3) % 3);
    if (by > 0)
        layout->monetised_by = (MonetisedBy)((by - 1) % 4);
    if (layout->monetised_by == MONETISED_BY_DURATION)
        return;
    if (layout->columns[COLUMN_MONETISED].name == NULL &&
        layout->columns[COLUMN_MONETISED].position == 0)
        layout->columns[COLUMN_MONETISED] = layout->columns[COLUMN_DURATION];
    layout->monetised_at_threshold = (choice & 0x20) != 0;
}

static void choose_columns(Layout *layout, unsigned choice)
{
    LayoutColumn *columns = layout->columns;

    if ((choice & 1) != 0)
        columns[COLUMN_RELEASE] = (LayoutColumn){0};
    if ((choice & 2) != 0)
        columns[COLUMN_TERRITORY] = (LayoutColumn){.constant = " fr "};
    if ((choice & 4) != 0)
        columns[COLUMN_TIER] = (LayoutColumn){.constant = "Premium"};
    if ((choice & 8) != 0)
        columns[COLUMN_TIER] = (LayoutColumn){0};
    if ((choice & 0x10) != 0)
        columns[COLUMN_RECORDING] = (LayoutColumn){.constant = "DE-A12-26-00001"};
    if ((choice & 0x20) != 0)
        columns[COLUMN_QUANTITY] = (LayoutColumn){.position = 4};
    if ((choice & 0x40) != 0)
        columns[COLUMN_CURRENCY] = (LayoutColumn){.constant = "usd"};
    if ((choice & 0x80) != 0) {
        columns[COLUMN_AMOUNT] = (LayoutColumn){.position = 5};
        columns[COLUMN_CURRENCY] = (LayoutColumn){.position = 6};
    }
}

static void choose_place(Layout *layout, unsigned choice)
{
    if ((choice & 15) > 0 && choice >> 4 < COLUMN_ROLES)
        layout->columns[choice >> 4] = (LayoutColumn){.position = (int)(choice & 15)};
}

static size_t choose_window(unsigned choice)
{
    return choice == 0 ? 0 : choice % 2 == 0 ? 64 + choice / 2 : (size_t)64 * (1 + choice / 8);
}

void reader_choices_make(const uint8_t bytes[READER_CHOICE_BYTES], ReaderChoices *out_choices)
{
    static const size_t repetitions[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 5, 60, 500};
    static const int64_t first_ids[] = {1, 1, 1000, INT64_MAX};
    static char period[] = "2026-10";
    static char part[] = "period";

    *out_choices = (ReaderChoices){
        .name = {.parts = {{part, period}}, .part_count = 1, .part = 1, .parts_in_all = 1}};
    make_base(&out_choices->layout, bytes[0]);
    choose_form(&out_choices->layout, bytes[1]);
    choose_around(out_choices, bytes[2]);
    choose_times(&out_choices->layout, bytes[3]);
    choose_monetised(&out_choices->layout, bytes[4]);
    choose_columns(&out_choices->layout, bytes[5]);
    choose_place(&out_choices->layout, bytes[6]);
    choose_place(&out_choices->layout, bytes[7]);
    out_choices->scan = (ScanKind)(bytes[8] % SCAN_KINDS);
    if (!scan_can(out_choices->scan))
        out_choices->scan = SCAN_BEST;
    out_choices->window_bytes = choose_window(bytes[9]);
    out_choices->read_bytes_max = bytes[10] == 0 ? SIZE_MAX : bytes[10];
    out_choices->layout.first_id = first_ids[bytes[11] & 3];
    make_days(&out_choices->days, bytes[11] >> 2 & 3);
    out_choices->repetitions = repetitions[bytes[11] >> 4];
}
