#include "settings/keys.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** A file whose keys are held against each other. */
typedef struct Check {
    Reading *reading;
    Node *root;
} Check;

/** The value of "file.header", or the nearest thing around it that the file has. */
static Node *node_near(Node *root, const char *path, bool *out_is_there)
{
    char name[64];
    Node *node = root;

    *out_is_there = true;
    while (*path != '\0') {
        size_t size = strcspn(path, ".");

        (void)snprintf(name, sizeof name, "%.*s", (int)size, path);

        Node *inner = node_value(node, name);

        if (inner == NULL) {
            *out_is_there = false;
            return node;
        }
        node = inner;
        path += size + (path[size] == '.');
    }
    return node;
}

static bool is_given(const Check *check, const char *path)
{
    bool is_there = false;

    (void)node_near(check->root, path, &is_there);
    return is_there;
}

/**
 * Adds a fault at the key `path` unless `holds`. Where that key, or the other one that it was held
 * against (NULL: none), is faulty itself, or a misspelt key stands where it should be, there is
 * nothing to say.
 */
static void PRINTF_LIKE(5, 6) require(const Check *check, bool holds, const char *path,
                                      const char *other_path, const char *format, ...)
{
    char message[sizeof((Error *)NULL)->message];
    bool is_there = false;
    const Node *node = node_near(check->root, path, &is_there);
    const Node *other = other_path == NULL ? node : node_near(check->root, other_path, &is_there);
    va_list arguments;

    if (holds || node->is_faulty || other->is_faulty)
        return;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    faults_add(check->reading->faults, check->reading->file, node->line, "%s", message);
}

static bool is_set(const LayoutColumn *column)
{
    return column->name != NULL || column->position != 0 || column->constant != NULL ||
           column->name_part != NULL;
}

static bool has(const Layout *layout, ColumnRole role)
{
    return is_set(&layout->columns[role]);
}

/** The next name of a path, taken off it; "." is none. Empty at the end. */
static Slice take_name(const char **path)
{
    Slice name = {0};

    do {
        name.bytes = *path + strspn(*path, "/");
        name.size_bytes = strcspn(name.bytes, "/");
        *path = name.bytes + name.size_bytes;
    } while (slice_equals_text(name, "."));
    return name;
}

/** Whether two paths are one, however it is written; where links lead to is not asked. */
static bool is_one_path(const char *left, const char *right)
{
    bool is_one = (*left == '/') == (*right == '/');
    Slice name = {0};

    do {
        name = take_name(&left);
        is_one = is_one && slice_equal(name, take_name(&right));
    } while (is_one && name.size_bytes > 0);
    return is_one;
}

void check_settings(Reading *reading, const Settings *settings, Node *root)
{
    Check check = {.reading = reading, .root = root};
    const struct {
        const char *key;
        const char *path;
    } folders[] = {{"folders.inbox", settings->inbox_folder},
                   {"folders.archive", settings->archive_folder},
                   {"folders.payouts", settings->payout_folder},
                   {"folders.rejects", settings->reject_folder}};

    for (size_t i = 0; i < COUNT_OF(folders); i++)
        for (size_t j = 0; j < i; j++)
            require(&check, !is_one_path(folders[i].path, folders[j].path), folders[i].key,
                    folders[j].key, "%s and %s are one folder, \"%s\"", folders[j].key,
                    folders[i].key, folders[i].path);
    require(&check,
            settings->request_due == REQUEST_DUE_MONTHLY ||
                !is_given(&check, "requests.day_of_month"),
            "requests.day_of_month", "requests.due",
            "requests.day_of_month is of use only where requests.due is monthly");
    for (size_t i = 0; i < settings->provider_count; i++) {
        const Provider *provider = &settings->providers[i];
        char *path = text_format("providers.%.63s", provider->name);

        require(&check, provider->answer_folder == NULL || provider->drop_folder != NULL, path,
                NULL, "provider \"%s\": answer_folder is of use only with a drop_folder",
                provider->name);
        free(path);
    }
}

static void check_provider(const Check *check, const Settings *settings, const Feed *feed)
{
    if (feed->provider == NULL || settings_provider(settings, feed->provider) != NULL)
        return;

    const char **names = MEMORY_NEW(const char *, settings->provider_count);

    for (size_t i = 0; i < settings->provider_count; i++)
        names[i] = settings->providers[i].name;

    const char *nearest = text_nearest(feed->provider, names, settings->provider_count);

    require(check, false, "provider", NULL, "provider \"%s\" is not one of \"%s\"%s%s%s",
            feed->provider, settings->file, nearest == NULL ? "" : "; the nearest is \"",
            nearest == NULL ? "" : nearest, nearest == NULL ? "" : "\"");
    free(names);
}

static void check_identity(const Check *check, const Layout *layout)
{
    const LayoutColumn *id = &layout->columns[COLUMN_SEQUENCE_ID];
    bool by_column = layout->identity == IDENTITY_COLUMN;

    require(check, !by_column || is_set(id), "identity", "columns.sequence_id",
            "identity is column, but columns.sequence_id is missing; where rows have no number, "
            "identity is line");
    require(check, by_column || !is_set(id), "columns.sequence_id", "identity",
            "columns.sequence_id is not read where identity is line");
    require(check, id->constant == NULL && id->name_part == NULL, "columns.sequence_id", NULL,
            "columns.sequence_id must be a column: each row has a number of its own");
    require(check, by_column || !is_given(check, "first_id"), "first_id", "identity",
            "first_id is of use only where identity is column");
}

static void check_period(const Check *check, const Layout *layout)
{
    int ways = has(layout, COLUMN_TIME) + has(layout, COLUMN_PERIOD) +
               (has(layout, COLUMN_PERIOD_FROM) || has(layout, COLUMN_PERIOD_TO));

    require(check, ways == 1, "columns", NULL,
            ways == 0 ? "nothing says when a stream was played: columns needs one of time, period, "
                        "or period_from with period_to"
                      : "columns needs only one of time, period, or period_from with period_to");
    require(check, has(layout, COLUMN_PERIOD_FROM) == has(layout, COLUMN_PERIOD_TO), "columns",
            NULL, "columns.period_from and columns.period_to belong together");
}

static void check_monetised_by_duration(const Check *check, const Layout *layout)
{
    bool by_duration = layout->monetised_by == MONETISED_BY_DURATION;

    require(check, !by_duration || has(layout, COLUMN_DURATION), "monetised.by", "columns.duration",
            "monetised.by is duration, but columns.duration is missing; without durations it is "
            "flag, count or all");
    require(check, by_duration || !is_given(check, "monetised.longer_than"),
            "monetised.longer_than", "monetised.by",
            "monetised.longer_than is of use only where monetised.by is duration");
    require(check, by_duration || !is_given(check, "monetised.at_least"), "monetised.at_least",
            "monetised.by", "monetised.at_least is of use only where monetised.by is duration");
    require(check,
            !is_given(check, "monetised.longer_than") || !is_given(check, "monetised.at_least"),
            "monetised.at_least", "monetised.longer_than",
            "monetised has longer_than and at_least; it can have one");
    require(check, !is_given(check, "duration.unit") || has(layout, COLUMN_DURATION),
            "duration.unit", "columns.duration",
            "duration.unit is of use only with columns.duration");
}

/** The first value that is in both lists, in any case; NULL where none is. */
static const char *flag_in_both(const Layout *layout)
{
    for (size_t i = 0; i < layout->monetised_flag_count; i++)
        for (size_t j = 0; j < layout->unmonetised_flag_count; j++)
            if (slice_equals_text_any_case(slice_of(layout->monetised_flags[i]),
                                           layout->unmonetised_flags[j]))
                return layout->monetised_flags[i];
    return NULL;
}

static void check_monetised_by_column(const Check *check, const Layout *layout)
{
    bool by_flag = layout->monetised_by == MONETISED_BY_FLAG;
    bool by_column = by_flag || layout->monetised_by == MONETISED_BY_COUNT;
    const char *both = flag_in_both(layout);

    require(check, !by_column || has(layout, COLUMN_MONETISED), "monetised.by", "columns.monetised",
            "monetised.by is %s, but columns.monetised is missing", by_flag ? "flag" : "count");
    require(check, by_column || !has(layout, COLUMN_MONETISED), "columns.monetised", "monetised.by",
            "columns.monetised is read only where monetised.by is flag or count");
    require(check, !by_flag || is_given(check, "monetised.yes"), "monetised.by", "monetised.yes",
            "monetised.by is flag, but monetised.yes is missing: the values that mean yes");
    require(check, !by_flag || is_given(check, "monetised.no"), "monetised.by", "monetised.no",
            "monetised.by is flag, but monetised.no is missing: the values that mean no");
    require(check, by_flag || !is_given(check, "monetised.yes"), "monetised.yes", "monetised.by",
            "monetised.yes is of use only where monetised.by is flag");
    require(check, by_flag || !is_given(check, "monetised.no"), "monetised.no", "monetised.by",
            "monetised.no is of use only where monetised.by is flag");
    require(check, both == NULL, "monetised.no", "monetised.yes",
            "\"%s\" is in monetised.yes and in monetised.no", both == NULL ? "" : both);
}

static bool is_currency(const char *text)
{
    return strlen(text) == 3 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

static void check_money(const Check *check, const Layout *layout)
{
    const char *currency = layout->columns[COLUMN_CURRENCY].constant;

    require(check, !has(layout, COLUMN_AMOUNT) || has(layout, COLUMN_CURRENCY), "columns.amount",
            "columns.currency",
            "columns.amount needs columns.currency; where all rows have one, {constant: EUR}");
    require(check, has(layout, COLUMN_AMOUNT) || !has(layout, COLUMN_CURRENCY), "columns.currency",
            "columns.amount", "columns.currency is of use only with columns.amount");
    require(check, currency == NULL || is_currency(currency), "columns.currency", NULL,
            "currency \"%s\" is no code of ISO 4217 such as EUR", currency == NULL ? "" : currency);
    require(check, layout->quoted || layout->delimiter != layout->decimal_point, "file.delimiter",
            "numbers.decimal_point",
            "file.delimiter and numbers.decimal_point are both \"%c\", and fields are not quoted",
            layout->delimiter);
}

/** Whether a pattern has the {part}. */
static bool pattern_has(const char *pattern, const char *part)
{
    char *braced = text_format("{%s}", part);
    bool has_it = pattern != NULL && strstr(pattern, braced) != NULL;

    free(braced);
    return has_it;
}

/** A column's name needs a header, and a part of the file's name a pattern that has it. */
static void check_column(const Check *check, const Layout *layout, const char *path,
                         const LayoutColumn *column, bool is_of_rows)
{
    const char *part = column->name_part == NULL ? "" : column->name_part;

    require(check, column->name == NULL || layout->header, path, "file.header",
            "%s is found by its name \"%s\", but file.header is false; say {position: N}", path,
            column->name == NULL ? "" : column->name);
    require(check, !is_of_rows || (column->constant == NULL && column->name_part == NULL), path,
            NULL, "%s must be a column, by name or {position: N}", path);
    require(check, !*part || is_of_rows || layout->name_pattern != NULL, path, "file.name_pattern",
            "%s is the {%s} of the file's name, but file.name_pattern is missing", path, part);
    require(check,
            !*part || is_of_rows || layout->name_pattern == NULL ||
                pattern_has(layout->name_pattern, part),
            path, "file.name_pattern",
            "%s is the {%s} of the file's name, but file.name_pattern \"%s\" has none", path, part,
            layout->name_pattern == NULL ? "" : layout->name_pattern);
}

static void check_columns(const Check *check, const Layout *layout)
{
    for (int role = 0; role < COLUMN_ROLES; role++) {
        char *path = text_format("columns.%s", layout_column_key((ColumnRole)role));

        check_column(check, layout, path, &layout->columns[role], false);
        free(path);
    }
    for (size_t i = 0; i < layout->filter_count; i++)
        check_column(check, layout, layout->filters[i].keep_only ? "keep" : "skip",
                     &layout->filters[i].column, true);
}

static void check_totals(const Check *check, const Layout *layout)
{
    const LayoutTotals *totals = &layout->totals;
    bool has_sum = is_set(&totals->rows) || is_set(&totals->streams) || is_set(&totals->amount);

    if (!is_given(check, "totals"))
        return;
    require(check, is_set(&totals->marker) && totals->marker_value != NULL, "totals", NULL,
            "totals needs marker and value: how a row of totals is known");
    require(check, has_sum, "totals", NULL,
            "totals needs one of rows, streams, amount: what is compared");
    require(check, !is_set(&totals->amount) || has(layout, COLUMN_AMOUNT), "totals.amount",
            "columns.amount", "totals.amount is of use only with columns.amount");
    check_column(check, layout, "totals.marker", &totals->marker, true);
    check_column(check, layout, "totals.rows", &totals->rows, true);
    check_column(check, layout, "totals.streams", &totals->streams, true);
    check_column(check, layout, "totals.amount", &totals->amount, true);
}

static void check_readiness(const Check *check, const Feed *feed)
{
    const char *semaphore = feed->readiness.semaphore;
    const char *pattern = feed->layout.name_pattern;

    require(
        check,
        semaphore == NULL || (strstr(semaphore, "{file}") != NULL &&
                              strchr(semaphore, '/') == NULL && !text_equal(semaphore, "{file}")),
        "ready.semaphore", NULL,
        "ready.semaphore is \"%s\"; expected the name of a file beside the report file, such as "
        "\"{file}.done\"",
        semaphore == NULL ? "" : semaphore);
    require(check,
            !feed->readiness.all_parts ||
                (pattern_has(pattern, "part") && pattern_has(pattern, "parts")),
            "ready.all_parts", "file.name_pattern",
            "ready.all_parts needs a file.name_pattern with {part} and {parts}");
    require(check, feed->rhythm != RHYTHM_NONE || !is_given(check, "rhythm.grace_days"),
            "rhythm.grace_days", "rhythm.every",
            "rhythm.grace_days is of use only with rhythm.every");
}

void check_feed(Reading *reading, const Settings *settings, bool providers_are_known,
                const Feed *feed, Node *root)
{
    Check check = {.reading = reading, .root = root};

    if (providers_are_known)
        check_provider(&check, settings, feed);
    check_identity(&check, &feed->layout);
    check_period(&check, &feed->layout);
    check_monetised_by_duration(&check, &feed->layout);
    check_monetised_by_column(&check, &feed->layout);
    check_money(&check, &feed->layout);
    check_columns(&check, &feed->layout);
    check_totals(&check, &feed->layout);
    check_readiness(&check, feed);
}
