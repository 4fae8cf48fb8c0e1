#include "base/memory.h"
#include "report/name.h"
#include "settings/types.h"
#include "settings/values.h"

#include <stdlib.h>
#include <string.h>

/** A delimiter by its word or as itself; 0 where it can be none. */
static char delimiter_of(const Key *key, const char *text)
{
    for (const Word *word = key->words; word->word != NULL; word++)
        if (text_equal(text, word->word))
            return (char)word->value;

    bool is_one = text[0] != '\0' && text[1] == '\0';
    bool is_sign = text[0] == '\t' || (text[0] > ' ' && text[0] < 0x7f);
    bool is_content = (text[0] >= '0' && text[0] <= '9') || (text[0] >= 'a' && text[0] <= 'z') ||
                      (text[0] >= 'A' && text[0] <= 'Z') || strchr("\"'+-.", text[0]) != NULL;

    return (char)(is_one && is_sign && !is_content ? text[0] : '\0');
}

static void read_delimiter(Reading *reading, const Key *key, Node *value, void *object)
{
    char delimiter = (char)(value->kind == NODE_TEXT ? delimiter_of(key, value->text) : '\0');

    if (delimiter == '\0')
        expect_fault(reading, key, value, key->type->name);
    else
        *FIELD(char, object, key->offset) = delimiter;
}

static void write_delimiter(const Key *key, const void *object, Text *yaml)
{
    char delimiter[2] = {*CONST_FIELD(char, object, key->offset), '\0'};

    for (const Word *word = key->words; word->word != NULL; word++)
        if (word->value == delimiter[0]) {
            append_yaml_text(yaml, word->word);
            return;
        }
    append_yaml_text(yaml, delimiter);
}

const KeyType type_delimiter = {.name = "comma, semicolon, tab, pipe, or one sign such as \"^\"",
                                .read = read_delimiter,
                                .write = write_delimiter};

static void read_pattern(Reading *reading, const Key *key, Node *value, void *object)
{
    Error error = {0};
    const char *text = expect_text(reading, key, value);

    if (text != NULL && name_pattern_check(text, &error) != STATUS_OK)
        reading_fault(reading, value, "%s: %s", key->name, error.message);
    else if (text != NULL)
        set_text(FIELD(char *, object, key->offset), text);
}

const KeyType type_pattern = {.name = "a pattern such as sales_{period}_{part}of{parts}.csv.gz",
                              .read = read_pattern,
                              .write = write_text};

/** One text or a list of texts, without the blanks around them, which a report's fields are read
 * without; an empty one is a value like any other. */
static void read_texts(Reading *reading, const Key *key, Node *value, void *object)
{
    Node *const one[] = {value};
    Node *const *items = value->kind == NODE_LIST ? value->items : one;
    size_t count = value->kind == NODE_LIST ? value->count : 1;

    for (size_t i = 0; i < count; i++)
        if (items[i]->kind != NODE_TEXT) {
            expect_fault(reading, key, items[i], "a text, in quotation marks where it is empty");
            value->is_faulty = true;
        }
    if (count == 0)
        expect_fault(reading, key, value, "at least one text");
    if (value->is_faulty)
        return;

    char **texts = MEMORY_NEW(char *, count);

    for (size_t i = 0; i < count; i++)
        texts[i] = slice_copy(slice_trimmed(slice_of(items[i]->text)));
    *FIELD(char **, object, key->offset) = texts;
    *FIELD(size_t, object, key->count_offset) = count;
}

static void write_texts(const Key *key, const void *object, Text *yaml)
{
    char *const *texts = *CONST_FIELD(char **, object, key->offset);
    size_t count = *CONST_FIELD(size_t, object, key->count_offset);

    for (size_t i = 0; i < count; i++) {
        text_append(yaml, i == 0 ? "[" : ", ");
        append_yaml_text(yaml, texts[i]);
    }
    if (count > 0)
        text_append(yaml, "]");
}

const KeyType type_texts = {.name = "a list of texts", .read = read_texts, .write = write_texts};

static void column_clear(LayoutColumn *column)
{
    free(column->name);
    free(column->constant);
    free(column->name_part);
    *column = (LayoutColumn){0};
}

static void read_column(Reading *reading, const Key *key, Node *value, void *object)
{
    LayoutColumn column = {0};
    Slice name = slice_trimmed(slice_of(value->text));

    if (name.size_bytes > 0) {
        column.name = slice_copy(name);
    } else if (value->kind != NODE_MAP) {
        expect_fault(reading, key, value,
                     "a column: its name in the header, or {position: 4}, {constant: DE}, "
                     "{name_part: period}");
    } else {
        keys_read(reading, &column_keys, value, &column);
        if (!value->is_faulty && value->count != 1)
            reading_fault(reading, value, "%s: expected one of name, position, constant, name_part",
                          key->name);
    }
    if (value->is_faulty)
        column_clear(&column);
    else
        *FIELD(LayoutColumn, object, key->offset) = column;
}

static void write_column(const Key *key, const void *object, Text *yaml)
{
    const LayoutColumn *column = CONST_FIELD(LayoutColumn, object, key->offset);
    const char *text = column->constant != NULL ? column->constant : column->name_part;

    if (column->name != NULL) {
        append_yaml_text(yaml, column->name);
    } else if (column->position != 0) {
        text_append_format(yaml, "{position: %d}", column->position);
    } else if (text != NULL) {
        text_append(yaml, column->constant != NULL ? "{constant: " : "{name_part: ");
        append_yaml_text(yaml, text);
        text_append(yaml, "}");
    }
}

const KeyType type_column = {.name = "a column", .read = read_column, .write = write_column};

static void add_filter(Layout *layout, LayoutFilter taken_filter)
{
    layout->filters =
        memory_resize(layout->filters, layout->filter_count + 1, sizeof *layout->filters);
    layout->filters[layout->filter_count++] = taken_filter;
}

static void read_filters(Reading *reading, const Key *key, Node *value, void *object,
                         bool keep_only)
{
    Layout *layout = FIELD(Layout, object, key->offset);

    if (value->kind != NODE_LIST) {
        expect_fault(reading, key, value, key->type->name);
        return;
    }
    for (size_t i = 0; i < value->count; i++) {
        LayoutFilter filter = {.keep_only = keep_only};

        keys_read(reading, &filter_keys, value->items[i], &filter);
        value->is_faulty |= value->items[i]->is_faulty;
        add_filter(layout, filter);
    }
}

static void write_filters(const Key *key, const void *object, Text *yaml, bool keep_only)
{
    const Layout *layout = CONST_FIELD(Layout, object, key->offset);
    bool is_first = true;

    for (size_t i = 0; i < layout->filter_count; i++) {
        const LayoutFilter *filter = &layout->filters[i];

        if (filter->keep_only != keep_only)
            continue;
        text_append(yaml, is_first ? "[{" : ", {");
        for (size_t j = 0; j < filter_keys.count; j++) {
            text_append_format(yaml, "%s%s: ", j == 0 ? "" : ", ", filter_keys.keys[j].name);
            filter_keys.keys[j].type->write(&filter_keys.keys[j], filter, yaml);
        }
        text_append(yaml, "}");
        is_first = false;
    }
    if (!is_first)
        text_append(yaml, "]");
}

static void read_skip(Reading *reading, const Key *key, Node *value, void *object)
{
    read_filters(reading, key, value, object, false);
}

static void write_skip(const Key *key, const void *object, Text *yaml)
{
    write_filters(key, object, yaml, false);
}

static void read_keep(Reading *reading, const Key *key, Node *value, void *object)
{
    read_filters(reading, key, value, object, true);
}

static void write_keep(const Key *key, const void *object, Text *yaml)
{
    write_filters(key, object, yaml, true);
}

const KeyType type_skip = {.name = "a list of {column: Type, values: [TOTAL]}",
                           .read = read_skip,
                           .write = write_skip,
                           .inner_path = "[]"};
const KeyType type_keep = {.name = "a list of {column: Type, values: [STREAM]}",
                           .read = read_keep,
                           .write = write_keep,
                           .inner_path = "[]"};

/** What a time pattern lacks, as a phrase of what was expected; NULL where it is one. */
static const char *time_pattern_fault(const char *pattern)
{
    bool has_year = false;
    bool has_month = false;

    for (const char *at = strchr(pattern, '%'); at != NULL; at = strchr(at + 1, '%')) {
        at++;
        if (*at == '\0' || strchr("YymbdHMSz", *at) == NULL)
            return "no other signs than %Y %y %m %b %d %H %M %S %z";
        has_year |= *at == 'Y' || *at == 'y';
        has_month |= *at == 'm' || *at == 'b';
    }
    return has_year && has_month ? NULL : "a year (%Y or %y) and a month (%m or %b)";
}

static void read_time_format(Reading *reading, const Key *key, Node *value, void *object)
{
    Layout *layout = FIELD(Layout, object, key->offset);

    for (const Word *word = key->words; word->word != NULL; word++)
        if (value->kind == NODE_TEXT && text_equal(value->text, word->word)) {
            layout->time_format = (TimeFormat)word->value;
            return;
        }
    if (value->kind != NODE_TEXT || strchr(value->text, '%') == NULL) {
        expect_fault(reading, key, value, key->type->name);
        return;
    }

    const char *fault = time_pattern_fault(value->text);

    if (fault != NULL) {
        expect_fault(reading, key, value, fault);
        return;
    }
    layout->time_format = TIME_PATTERN;
    set_text(&layout->time_pattern, value->text);
}

static void write_time_format(const Key *key, const void *object, Text *yaml)
{
    const Layout *layout = CONST_FIELD(Layout, object, key->offset);

    for (const Word *word = key->words; word->word != NULL; word++)
        if (word->value == (int)layout->time_format)
            append_yaml_text(yaml, word->word);
    if (layout->time_format == TIME_PATTERN)
        append_yaml_text(yaml, layout->time_pattern);
}

const KeyType type_time_format = {
    .name = "iso8601, unix_s, unix_ms, or a pattern such as \"%d.%m.%Y %H:%M\"",
    .read = read_time_format,
    .write = write_time_format};

static void read_threshold(Reading *reading, const Key *key, Node *value, void *object,
                           bool at_threshold)
{
    Layout *layout = FIELD(Layout, object, key->offset);
    int64_t us = 0;

    if (value->kind != NODE_TEXT || !parse_span(value->text, &us)) {
        expect_fault(reading, key, value, key->type->name);
        return;
    }
    layout->monetised_threshold_us = us;
    layout->monetised_at_threshold = at_threshold;
}

static void write_threshold(const Key *key, const void *object, Text *yaml, bool at_threshold)
{
    const Layout *layout = CONST_FIELD(Layout, object, key->offset);

    if (layout->monetised_at_threshold == at_threshold)
        append_span(yaml, layout->monetised_threshold_us);
}

static void read_longer_than(Reading *reading, const Key *key, Node *value, void *object)
{
    read_threshold(reading, key, value, object, false);
}

static void write_longer_than(const Key *key, const void *object, Text *yaml)
{
    write_threshold(key, object, yaml, false);
}

static void read_at_least(Reading *reading, const Key *key, Node *value, void *object)
{
    read_threshold(reading, key, value, object, true);
}

static void write_at_least(const Key *key, const void *object, Text *yaml)
{
    write_threshold(key, object, yaml, true);
}

const KeyType type_longer_than = {.name = "a span such as 30 s or 29500 ms",
                                  .read = read_longer_than,
                                  .write = write_longer_than};
const KeyType type_at_least = {
    .name = "a span such as 30 s or 29500 ms", .read = read_at_least, .write = write_at_least};
