#include "settings/keys.h"

#include "base/memory.h"
#include "settings/settings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES_MAX = 100 }; // where a comment goes on in the next line

typedef struct Writing {
    const void *object;
    const void *defaults;
    const KeyComment *comments;
    size_t comment_count;
} Writing;

/** Appends a comment, in as many lines as it takes, behind `indent` blanks. */
static void append_comment(Text *yaml, int indent, const char *comment)
{
    const char *word = comment + strspn(comment, " ");
    size_t line_bytes = LINE_BYTES_MAX; // full: the first word begins a line

    while (*word != '\0') {
        size_t word_bytes = strcspn(word, " ");

        if (line_bytes + 1 + word_bytes > LINE_BYTES_MAX) {
            text_append_format(yaml, "%s%*s#", word == comment ? "" : "\n", indent, "");
            line_bytes = (size_t)indent + 1;
        }
        text_append_format(yaml, " %.*s", (int)word_bytes, word);
        line_bytes += 1 + word_bytes;
        word += word_bytes + strspn(word + word_bytes, " ");
    }
    text_append_byte(yaml, '\n');
}

/** All that is to be said of a key, in one text. */
static void collect_comments(const Writing *writing, const char *path, Text *comment)
{
    for (size_t i = 0; i < writing->comment_count; i++)
        if (text_equal(writing->comments[i].key, path))
            text_append_format(comment, "%s%s", comment->size_bytes == 0 ? "" : "; ",
                               writing->comments[i].text);
}

/** The key's field as it stands in a file, where that differs from the default or is wanted all the
 * same; else nothing. */
static void write_value(const Writing *writing, const Key *key, bool is_wanted, Text *yaml)
{
    Text value = {0};
    Text default_value = {0};

    assert(key->type->write != NULL);
    key->type->write(key, writing->object, &value);
    key->type->write(key, writing->defaults, &default_value);
    if (is_wanted || !text_equal(text_bytes(&value), text_bytes(&default_value)))
        text_append(yaml, text_bytes(&value));
    text_free(&value);
    text_free(&default_value);
}

/** A line of key and value with its comment: behind it where there is room, else above. */
static void append_key(Text *yaml, int indent, const char *name, const char *value,
                       const char *comment)
{
    size_t line_bytes =
        (size_t)indent + strlen(name) + strlen(": ") + strlen(value) + strlen(" # ");
    bool is_short = line_bytes + strlen(comment) <= LINE_BYTES_MAX;

    if (*comment != '\0' && !is_short)
        append_comment(yaml, indent, comment);
    text_append_format(yaml, "%*s%s: %s", indent, "", name, value);
    if (*comment != '\0' && is_short)
        text_append_format(yaml, " # %s", comment);
    text_append_byte(yaml, '\n');
}

/** Whether any key was written; comments alone are none. */
static bool write_table(const Writing *writing, const KeyTable *table, const char *prefix,
                        int indent, Text *yaml);

static bool write_section(const Writing *writing, const Key *key, const char *path, int indent,
                          const char *comment, Text *yaml)
{
    Text inner = {0};
    char *prefix = text_format("%s.", path);
    bool has_keys = write_table(writing, key->table, prefix, indent + 2, &inner);

    if (*comment != '\0')
        append_comment(yaml, indent, comment);
    if (has_keys)
        text_append_format(yaml, "%*s%s:\n", indent, "", key->name);
    text_append(yaml, text_bytes(&inner));
    free(prefix);
    text_free(&inner);
    return has_keys;
}

static bool write_key(const Writing *writing, const Key *key, int indent, const char *comment,
                      Text *yaml)
{
    Text value = {0};

    write_value(writing, key, *comment != '\0', &value);

    bool has_value = value.size_bytes > 0;

    if (has_value) {
        append_key(yaml, indent, key->name, text_bytes(&value), comment);
    } else if (*comment != '\0') {
        char *named = text_format("%s: %s", key->name, comment);

        append_comment(yaml, indent, named);
        free(named);
    }
    text_free(&value);
    return has_value;
}

static bool write_table(const Writing *writing, const KeyTable *table, const char *prefix,
                        int indent, Text *yaml)
{
    bool has_keys = false;

    for (size_t i = 0; i < table->count; i++) {
        const Key *key = &table->keys[i];
        char *path = text_format("%s%s", prefix, key->name);
        Text comment = {0};

        collect_comments(writing, path, &comment);
        has_keys |= key->type == NULL
                        ? write_section(writing, key, path, indent, text_bytes(&comment), yaml)
                        : write_key(writing, key, indent, text_bytes(&comment), yaml);
        text_free(&comment);
        free(path);
    }
    return has_keys;
}

char *settings_feed_yaml(const Feed *feed, const KeyComment comments[], size_t comment_count)
{
    Text yaml = {0};
    Faults none = {0};
    Reading reading = {.file = "", .folder = "", .faults = &none};
    Feed defaults = {0};
    Writing writing = {.object = feed,
                       .defaults = &defaults,
                       .comments = comments,
                       .comment_count = comment_count};

    keys_set_defaults(&reading, &feed_keys, &defaults);
    assert(none.count == 0);
    for (size_t i = 0; i < comment_count; i++)
        if (*comments[i].key == '\0')
            append_comment(&yaml, 0, comments[i].text);
    (void)write_table(&writing, &feed_keys, "", 0, &yaml);
    layout_clear(&defaults.layout);
    return text_take(&yaml);
}
