#include "settings/types.h"

#include "base/memory.h"
#include "settings/values.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static_assert(sizeof(Rhythm) == sizeof(int) && sizeof(Encoding) == sizeof(int),
              "type_word writes an enum as an int");

void set_text(char **field, const char *text)
{
    free(*field);
    *field = memory_copy_text(text);
}

/** Appends what was found, for a message: the text in quotation marks, or what stands there. */
static const char *found(const Node *value, Text *text)
{
    text_clear(text);
    if (value->kind == NODE_TEXT)
        text_append_format(text, "\"%.200s\"", value->text);
    else
        text_append(text, node_kind_name(value));
    return text_bytes(text);
}

void expect_fault(Reading *reading, const Key *key, Node *value, const char *expected)
{
    Text text = {0};

    reading_fault(reading, value, "%s is %s; expected %s", key->name, found(value, &text),
                  expected);
    text_free(&text);
}

const char *expect_text(Reading *reading, const Key *key, Node *value)
{
    if (value->kind == NODE_TEXT && *value->text != '\0')
        return value->text;
    expect_fault(reading, key, value, key->type->name);
    return NULL;
}

// Without the blanks around it: what it is held against in a report has none.
static void read_text(Reading *reading, const Key *key, Node *value, void *object)
{
    const char *text = expect_text(reading, key, value);
    Slice trimmed = slice_trimmed(slice_of(text));
    char **field = FIELD(char *, object, key->offset);

    if (text != NULL && trimmed.size_bytes == 0) {
        expect_fault(reading, key, value, key->type->name);
    } else if (text != NULL) {
        free(*field);
        *field = slice_copy(trimmed);
    }
}

void write_text(const Key *key, const void *object, Text *yaml)
{
    const char *text = *CONST_FIELD(char *, object, key->offset);

    if (text != NULL)
        append_yaml_text(yaml, text);
}

const KeyType type_text = {.name = "a text", .read = read_text, .write = write_text};

/** Whether a text looks like a zone; the server knows which there are, and `check` asks it. */
static bool is_zone(const char *text)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";

    return *text != '/' && strspn(text, letters) == strlen(text);
}

static void read_zone(Reading *reading, const Key *key, Node *value, void *object)
{
    const char *text = expect_text(reading, key, value);

    if (text != NULL && !is_zone(text))
        expect_fault(reading, key, value, key->type->name);
    else if (text != NULL)
        set_text(FIELD(char *, object, key->offset), text);
}

const KeyType type_zone = {
    .name = "a time zone such as Europe/Berlin", .read = read_zone, .write = write_text};

static void read_folder(Reading *reading, const Key *key, Node *value, void *object)
{
    const char *text = expect_text(reading, key, value);

    if (text == NULL)
        return;

    char **field = FIELD(char *, object, key->offset);

    free(*field);
    *field = path_from(reading->folder, text);
}

const KeyType type_folder = {.name = "a folder", .read = read_folder};

/** Reads a whole number within the key's bounds. */
static bool read_whole(Reading *reading, const Key *key, Node *value, int64_t *out_number)
{
    int64_t number = 0;

    if (value->kind == NODE_TEXT && slice_to_int64(slice_of(value->text), &number) &&
        number >= key->min && number <= key->max) {
        *out_number = number;
        return true;
    }

    char *expected = text_format("a whole number from %" PRId64 " to %" PRId64, key->min, key->max);

    expect_fault(reading, key, value, expected);
    free(expected);
    return false;
}

static void read_number(Reading *reading, const Key *key, Node *value, void *object)
{
    int64_t number = 0;

    assert(key->min >= INT_MIN && key->max <= INT_MAX);
    if (read_whole(reading, key, value, &number))
        *FIELD(int, object, key->offset) = (int)number;
}

static void write_number(const Key *key, const void *object, Text *yaml)
{
    text_append_format(yaml, "%d", *CONST_FIELD(int, object, key->offset));
}

const KeyType type_number = {.name = "a whole number", .read = read_number, .write = write_number};

static void read_wide(Reading *reading, const Key *key, Node *value, void *object)
{
    int64_t number = 0;

    if (read_whole(reading, key, value, &number))
        *FIELD(int64_t, object, key->offset) = number;
}

static void write_wide(const Key *key, const void *object, Text *yaml)
{
    text_append_format(yaml, "%" PRId64, *CONST_FIELD(int64_t, object, key->offset));
}

const KeyType type_wide = {.name = "a whole number", .read = read_wide, .write = write_wide};

static void read_flag(Reading *reading, const Key *key, Node *value, void *object)
{
    bool is_true = value->kind == NODE_TEXT && text_equal(value->text, "true");

    if (is_true || (value->kind == NODE_TEXT && text_equal(value->text, "false")))
        *FIELD(bool, object, key->offset) = is_true;
    else
        expect_fault(reading, key, value, key->type->name);
}

static void write_flag(const Key *key, const void *object, Text *yaml)
{
    text_append(yaml, *CONST_FIELD(bool, object, key->offset) ? "true" : "false");
}

const KeyType type_flag = {.name = "true or false", .read = read_flag, .write = write_flag};

void append_words(Text *text, const Word *words)
{
    for (const Word *word = words; word->word != NULL; word++) {
        const char *quote = isalpha((unsigned char)word->word[0]) ? "" : "\"";

        text_append_format(text, "%s%s%s%s", word == words ? "" : ", ", quote, word->word, quote);
    }
}

/** The word's place among the key's words, or a fault that names them all; NULL then. */
static const Word *find_word(Reading *reading, const Key *key, Node *value)
{
    for (const Word *word = key->words; word->word != NULL; word++)
        if (value->kind == NODE_TEXT && text_equal(value->text, word->word))
            return word;

    Text expected = {0};

    text_append(&expected, "one of ");
    append_words(&expected, key->words);
    expect_fault(reading, key, value, text_bytes(&expected));
    text_free(&expected);
    return NULL;
}

static const char *word_of(const Key *key, int value)
{
    for (const Word *word = key->words; word->word != NULL; word++)
        if (word->value == value)
            return word->word;
    return NULL;
}

static void read_word(Reading *reading, const Key *key, Node *value, void *object)
{
    const Word *word = find_word(reading, key, value);

    if (word != NULL)
        memcpy(FIELD(char, object, key->offset), &word->value, sizeof word->value);
}

static void write_word(const Key *key, const void *object, Text *yaml)
{
    int value = 0;

    memcpy(&value, CONST_FIELD(char, object, key->offset), sizeof value);
    append_yaml_text(yaml, word_of(key, value));
}

const KeyType type_word = {.name = "a word", .read = read_word, .write = write_word};

static void read_letter(Reading *reading, const Key *key, Node *value, void *object)
{
    const Word *word = find_word(reading, key, value);

    if (word != NULL)
        *FIELD(char, object, key->offset) = (char)word->value;
}

static void write_letter(const Key *key, const void *object, Text *yaml)
{
    append_yaml_text(yaml, word_of(key, *CONST_FIELD(char, object, key->offset)));
}

const KeyType type_letter = {.name = "a letter", .read = read_letter, .write = write_letter};

static void read_ratio(Reading *reading, const Key *key, Node *value, void *object)
{
    int64_t millionths = 0;

    if (value->kind == NODE_TEXT && parse_millionths(slice_of(value->text), &millionths) &&
        millionths <= 1000000)
        *FIELD(double, object, key->offset) = (double)millionths / 1e6;
    else
        expect_fault(reading, key, value, key->type->name);
}

static void write_ratio(const Key *key, const void *object, Text *yaml)
{
    append_millionths(yaml, (int64_t)(*CONST_FIELD(double, object, key->offset) * 1e6 + 0.5));
}

const KeyType type_ratio = {
    .name = "a share from 0 to 1, such as 0.01", .read = read_ratio, .write = write_ratio};

static void read_seconds(Reading *reading, const Key *key, Node *value, void *object)
{
    int64_t us = 0;

    if (value->kind != NODE_TEXT || !parse_span(value->text, &us)) {
        expect_fault(reading, key, value, key->type->name);
    } else if (us % MICROSECONDS_PER_SECOND == 0 && us / MICROSECONDS_PER_SECOND >= key->min &&
               us / MICROSECONDS_PER_SECOND <= key->max) {
        *FIELD(int, object, key->offset) = (int)(us / MICROSECONDS_PER_SECOND);
    } else {
        char *expected =
            text_format("whole seconds, from %" PRId64 " s to %" PRId64 " s", key->min, key->max);

        expect_fault(reading, key, value, expected);
        free(expected);
    }
}

static void write_seconds(const Key *key, const void *object, Text *yaml)
{
    append_span(yaml, *CONST_FIELD(int, object, key->offset) * MICROSECONDS_PER_SECOND);
}

const KeyType type_seconds = {
    .name = "a span such as 60 s, 5 min or 2 h", .read = read_seconds, .write = write_seconds};
