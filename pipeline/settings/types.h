#ifndef TIDEMARK_SETTINGS_TYPES_H
#define TIDEMARK_SETTINGS_TYPES_H

#include "settings/keys.h"

/** The types of keys: how a value is read, checked and written. */

// One value, in one field (types.c)
extern const KeyType type_text;    // char *
extern const KeyType type_zone;    // char *
extern const KeyType type_folder;  // char *, relative to the file's folder
extern const KeyType type_number;  // int, from min to max
extern const KeyType type_wide;    // int64_t, from min to max
extern const KeyType type_flag;    // bool
extern const KeyType type_word;    // an enum, by the key's words
extern const KeyType type_letter;  // char, by the key's words
extern const KeyType type_ratio;   // double, from 0 to 1
extern const KeyType type_seconds; // int, of a span that is whole seconds

// What a feed's layout is made of (layout_types.c); "Layout" fills more than one field of it
extern const KeyType type_delimiter;   // char
extern const KeyType type_pattern;     // char *, a file name's pattern
extern const KeyType type_texts;       // char **, and its count
extern const KeyType type_column;      // LayoutColumn
extern const KeyType type_skip;        // Layout: filters
extern const KeyType type_keep;        // Layout: filters
extern const KeyType type_time_format; // Layout
extern const KeyType type_longer_than; // Layout: the threshold
extern const KeyType type_at_least;    // Layout: the threshold

extern const KeyType type_providers; // Settings

/** Replaces a text field. */
void set_text(char **field, const char *text);
/** A node's text, or a fault that names what was expected; NULL then. An empty text is a fault. */
const char *expect_text(Reading *reading, const Key *key, Node *value);
/** Writes a char * field, of whatever type. */
void write_text(const Key *key, const void *object, Text *yaml);
/** Adds the fault `first_id is "x"; expected ` and what was. */
void expect_fault(Reading *reading, const Key *key, Node *value, const char *expected);
/** Appends a key's words: "daily, weekly, monthly". */
void append_words(Text *text, const Word *words);

#endif
