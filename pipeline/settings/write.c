#include "settings/keys.h"

#include "base/memory.h"
#include "settings/settings.h"

#include <assert.h>
#include <stdlib.h>

/** The key's field as it stands in a file, where that differs from the default; else nothing. */
static void write_value(const Key *key, const void *object, const void *defaults, Text *yaml)
{
    Text value = {0};
    Text default_value = {0};

    assert(key->type->write != NULL);
    key->type->write(key, object, &value);
    key->type->write(key, defaults, &default_value);
    if (!text_equal(text_bytes(&value), text_bytes(&default_value)))
        text_append(yaml, text_bytes(&value));
    text_free(&value);
    text_free(&default_value);
}

// Appends the keys whose fields differ from those of `defaults`, a line each.
static void write_keys(const KeyTable *table, const void *object, const void *defaults, int indent,
                       Text *yaml)
{
    Text value = {0};

    for (size_t i = 0; i < table->count; i++) {
        const Key *key = &table->keys[i];
        bool is_section = key->type == NULL;

        text_clear(&value);
        if (is_section)
            write_keys(key->table, object, defaults, indent + 2, &value);
        else
            write_value(key, object, defaults, &value);
        if (value.size_bytes > 0)
            text_append_format(yaml, is_section ? "%*s%s:\n%s" : "%*s%s: %s\n", indent, "",
                               key->name, text_bytes(&value));
    }
    text_free(&value);
}

char *settings_feed_yaml(const Feed *feed)
{
    Text yaml = {0};
    Faults none = {0};
    Reading reading = {.file = "", .folder = "", .faults = &none};
    Feed defaults = {0};

    keys_set_defaults(&reading, &feed_keys, &defaults);
    assert(none.count == 0);
    write_keys(&feed_keys, feed, &defaults, 0, &yaml);
    layout_clear(&defaults.layout);
    return text_take(&yaml);
}
