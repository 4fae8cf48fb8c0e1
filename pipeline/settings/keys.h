#ifndef TIDEMARK_SETTINGS_KEYS_H
#define TIDEMARK_SETTINGS_KEYS_H

#include "base/text.h"
#include "settings/faults.h"
#include "settings/settings.h"
#include "settings/tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The tables of keys: each key once, with the field that it fills. Reader, writer and documentation
 * walk them.
 *
 *     feed_keys    zone      → Feed.zone
 *                  file      → section: encoding → Feed.layout.encoding
 *                                       delimiter → Feed.layout.delimiter …
 */
typedef struct Key Key;
typedef struct KeyTable KeyTable;

/** A file being read. */
typedef struct Reading {
    const char *file;   // as it is named in faults
    const char *folder; // what paths in it are relative to
    Faults *faults;
} Reading;

/** Adds a fault at a node, and marks the node: what depends on it is not told as well. */
void reading_fault(Reading *reading, Node *node, const char *format, ...) PRINTF_LIKE(3, 4);

/** What a key's value must be. */
typedef struct KeyType {
    const char *name; // for documentation and messages: "a whole number"
    /** Sets the key's field of `object` from a node that is not NODE_NULL, or adds a fault and
     * leaves the field as it is. */
    void (*read)(Reading *reading, const Key *key, Node *value, void *object);
    /** Appends the field as YAML on one line; nothing where it is not set. NULL: of no feed's key.
     */
    void (*write)(const Key *key, const void *object, Text *yaml);
    const char *inner_path; // of keys with a table beside their type: ".NAME", "[]"
} KeyType;

/** A word of the file for a value of ours. */
typedef struct Word {
    const char *word; // NULL ends the list
    int value;
} Word;

struct Key {
    const char *name;
    const KeyType *type;      // NULL: a section, its keys fill the same structure
    const KeyTable *table;    // of a section, or of a type that is made of maps
    size_t offset;            // of its field
    size_t count_offset;      // of a list's number of values
    const char *default_text; // as it would stand in the file; NULL: none
    bool is_required;
    int64_t min;
    int64_t max;
    const Word *words;
    const char *help;
};

struct KeyTable {
    const Key *keys;
    size_t count;
};

/** The field at an offset of a structure; FIELD(int, object, key->offset). */
#define FIELD(Type, object, offset_bytes) ((Type *)(void *)((char *)(object) + (offset_bytes)))
#define CONST_FIELD(Type, object, offset_bytes) \
    ((Type const *)(const void *)((const char *)(object) + (offset_bytes)))

extern const KeyTable main_keys;     // fill Settings
extern const KeyTable provider_keys; // fill Provider
extern const KeyTable feed_keys;     // fill Feed
extern const KeyTable column_keys;   // fill LayoutColumn
extern const KeyTable filter_keys;   // fill LayoutFilter

/** Sets the fields of all keys that have a default, of sections too. The structure is {0}. */
void keys_set_defaults(Reading *reading, const KeyTable *table, void *object);
/** Sets fields from a map; adds faults for what is unknown, missing or wrong. */
void keys_read(Reading *reading, const KeyTable *table, Node *map, void *object);

/** Adds faults for what no key alone can say: keys that need, forbid or contradict each other. */
void check_settings(Reading *reading, const Settings *settings, Node *root);
/** `providers_are_known`: false where the main file could not be read, so that one cannot say. */
void check_feed(Reading *reading, const Settings *settings, bool providers_are_known,
                const Feed *feed, Node *root);

#endif
