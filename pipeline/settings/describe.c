#include "settings/keys.h"

#include "base/memory.h"
#include "settings/settings.h"
#include "settings/types.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Descriptions {
    KeyDescription *keys;
    size_t count;
    size_t capacity;
} Descriptions;

static void describe_type(const Key *key, KeyDescription *description)
{
    Text type = {0};

    if (key->type == &type_word || key->type == &type_letter) {
        text_append(&type, "one of ");
        append_words(&type, key->words);
    } else if (key->type == &type_number) {
        text_append_format(&type, "%s, %" PRId64 " to %" PRId64, key->type->name, key->min,
                           key->max);
    } else {
        text_append(&type, key->type->name);
    }
    (void)snprintf(description->type, sizeof description->type, "%s", text_bytes(&type));
    text_free(&type);
}

static void describe_table(Descriptions *list, const char *prefix, const KeyTable *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const Key *key = &table->keys[i];
        char *path = text_format("%s%s", prefix, key->name);

        if (key->type != NULL) {
            MEMORY_GROW(list->keys, list->count, list->capacity);

            KeyDescription *description = &list->keys[list->count++];

            *description = (KeyDescription){.default_value = key->default_text,
                                            .is_required = key->is_required,
                                            .help = key->help};
            (void)snprintf(description->path, sizeof description->path, "%s", path);
            describe_type(key, description);
        }
        if (key->table != NULL) {
            char *inner =
                text_format("%s%s.", path, key->type == NULL ? "" : key->type->inner_path);

            describe_table(list, inner, key->table);
            free(inner);
        }
        free(path);
    }
}

size_t settings_keys(KeyDescription **out_keys)
{
    Descriptions list = {0};

    describe_table(&list, "", &main_keys);
    describe_table(&list, "feed: ", &feed_keys);
    describe_table(&list, "feed: columns.NAME.", &column_keys);
    *out_keys = list.keys;
    return list.count;
}
