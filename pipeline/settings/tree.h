#ifndef TIDEMARK_SETTINGS_TREE_H
#define TIDEMARK_SETTINGS_TREE_H

#include "base/error.h"
#include "settings/faults.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * A YAML file as a tree of nodes that know their lines. The only place with libyaml.
 *
 * Of YAML we take what a person writes: one document of maps, lists and plain or quoted texts.
 * Anchors, aliases, tags and a second document are faults, as is a key that stands twice in a map.
 * A scalar is text: what it must be (a number, true) is for its reader to say, so "NO" is never
 * false.
 */
typedef enum NodeKind {
    NODE_NULL, // nothing, ~ or null
    NODE_TEXT,
    NODE_LIST,
    NODE_MAP
} NodeKind;

typedef struct Node Node;
struct Node {
    NodeKind kind;
    int line;     // from 1
    char *text;   // of NODE_TEXT
    Node **items; // of NODE_LIST, and the values of NODE_MAP
    char **keys;  // of NODE_MAP, beside its items
    int *key_lines;
    size_t count;
    size_t capacity;
    bool is_faulty; // a fault was told: what would only follow from it is not told as well
};

enum {
    TREE_BYTES_MAX = 1 << 20,
    TREE_DEPTH_MAX = 16,
    TREE_NODES_MAX = 20000,
};

/**
 * Reads a file. What is wrong with it as YAML goes to `faults`, and *out_root is then NULL. An
 * empty file is an empty map. STATUS_NO_INPUT, STATUS_PERMISSION, STATUS_CANNOT_READ. *out_root is
 * the caller's, for node_free().
 */
Status tree_read(const char *file, Faults *faults, Node **out_root, Error *error);
/** As tree_read(), of bytes, for tests; `file` is only named in faults. NULL: no tree could be made, there are
 * faults. */
Node *tree_read_bytes(const char *file, const char *bytes, size_t size_bytes, Faults *faults);
void node_free(Node *node);

/** The value of a map's key; NULL: there is none, or it is no map. Borrowed. */
Node *node_value(const Node *map, const char *key);
/** "a list", "a map", "nothing", "a text": what was found, for messages. */
const char *node_kind_name(const Node *node);

#endif
