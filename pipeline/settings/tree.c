#include "settings/tree.h"

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

typedef struct TreeReader {
    yaml_parser_t parser;
    const char *file;
    const char *bytes;
    size_t size_bytes;
    Faults *faults;
    size_t node_count;
} TreeReader;

void node_free(Node *node)
{
    if (node == NULL)
        return;
    for (size_t i = 0; i < node->count; i++) {
        node_free(node->items[i]);
        if (node->kind == NODE_MAP)
            free(node->keys[i]);
    }
    free(node->items);
    free(node->keys);
    free(node->key_lines);
    free(node->text);
    free(node);
}

Node *node_value(const Node *map, const char *key)
{
    if (map == NULL || map->kind != NODE_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (text_equal(map->keys[i], key))
            return map->items[i];
    return NULL;
}

const char *node_kind_name(const Node *node)
{
    static const char *const names[] = {[NODE_NULL] = "nothing",
                                        [NODE_TEXT] = "a text",
                                        [NODE_LIST] = "a list",
                                        [NODE_MAP] = "a map"};

    return names[node->kind];
}

static int line_of(yaml_mark_t mark)
{
    return (int)mark.line + 1;
}

/** libyaml knows no line where the bytes are no UTF-8, only their offset. */
static int line_at_offset(const TreeReader *reader, size_t offset)
{
    int line = 1;

    for (size_t i = 0; i < offset && i < reader->size_bytes; i++)
        line += reader->bytes[i] == '\n';
    return line;
}

static void add_parser_fault(TreeReader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    bool is_encoding = parser->error == YAML_READER_ERROR;
    int line = is_encoding ? line_at_offset(reader, parser->problem_offset)
                           : line_of(parser->problem_mark);

    faults_add(reader->faults, reader->file, line, "this is no YAML: %s%s%s",
               parser->problem == NULL ? "it cannot be read" : parser->problem,
               parser->context == NULL ? "" : " ", parser->context == NULL ? "" : parser->context);
}

static bool next_event(TreeReader *reader, yaml_event_t *event)
{
    if (yaml_parser_parse(&reader->parser, event))
        return true;
    add_parser_fault(reader);
    return false;
}

static Node *new_node(TreeReader *reader, NodeKind kind, int line)
{
    Node *node = MEMORY_NEW(Node, 1);

    node->kind = kind;
    node->line = line;
    reader->node_count++;
    return node;
}

static void refuse_anchor_and_tag(TreeReader *reader, int line, const yaml_char_t *anchor,
                                  const yaml_char_t *tag)
{
    if (anchor != NULL)
        faults_add(reader->faults, reader->file, line,
                   "anchor \"&%s\": anchors and aliases are not used here, write the value out",
                   (const char *)anchor);
    if (tag != NULL)
        faults_add(reader->faults, reader->file, line, "tag \"%s\": tags are not used here",
                   (const char *)tag);
}

static bool is_null(const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;

    return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (text_equal(text, "") || text_equal(text, "~") || text_equal(text, "null"));
}

static Node *read_scalar(TreeReader *reader, const yaml_event_t *event)
{
    int line = line_of(event->start_mark);
    const char *text = (const char *)event->data.scalar.value;
    Node *node = new_node(reader, is_null(event) ? NODE_NULL : NODE_TEXT, line);

    refuse_anchor_and_tag(reader, line, event->data.scalar.anchor, event->data.scalar.tag);
    if (strlen(text) != event->data.scalar.length) {
        faults_add(reader->faults, reader->file, line, "a NUL stands in this text");
        node->is_faulty = true;
    }
    if (node->kind == NODE_TEXT)
        node->text = memory_copy_text(text);
    return node;
}

static Node *read_node(TreeReader *reader, const yaml_event_t *event, int depth);

static bool read_list(TreeReader *reader, Node *list, int depth)
{
    bool is_read = false;
    yaml_event_t event;

    while (next_event(reader, &event)) {
        Node *item = NULL;

        is_read = event.type == YAML_SEQUENCE_END_EVENT;
        if (!is_read)
            item = read_node(reader, &event, depth);
        yaml_event_delete(&event);
        if (item == NULL)
            break;
        MEMORY_GROW(list->items, list->count, list->capacity);
        list->items[list->count++] = item;
    }
    return is_read;
}

/** Adds a key and its value, or drops them where the map cannot have them. Takes both. */
static void add_entry(TreeReader *reader, Node *map, Node *taken_key, Node *taken_value)
{
    const char *key = taken_key->text;
    bool is_text = taken_key->kind == NODE_TEXT;
    size_t first = 0;

    while (is_text && first < map->count && !text_equal(map->keys[first], key))
        first++;

    bool is_new = is_text && first == map->count;

    if (!is_text)
        faults_add(reader->faults, reader->file, taken_key->line, "a key must be a text, found %s",
                   node_kind_name(taken_key));
    else if (!is_new)
        faults_add(reader->faults, reader->file, taken_key->line,
                   "key \"%s\" stands twice in this map, first in line %d", key,
                   map->key_lines[first]);
    if (is_new) {
        if (map->count == map->capacity) {
            map->capacity = map->capacity == 0 ? 8 : map->capacity * 2;
            map->items = memory_resize(map->items, map->capacity, sizeof *map->items);
            map->keys = memory_resize(map->keys, map->capacity, sizeof *map->keys);
            map->key_lines = memory_resize(map->key_lines, map->capacity, sizeof *map->key_lines);
        }
        map->keys[map->count] = memory_copy_text(key);
        map->key_lines[map->count] = taken_key->line;
        map->items[map->count++] = taken_value;
    } else {
        node_free(taken_value);
    }
    node_free(taken_key);
}

static bool read_map(TreeReader *reader, Node *map, int depth)
{
    bool is_read = false;
    yaml_event_t event;

    while (next_event(reader, &event)) {
        Node *key = NULL;
        Node *value = NULL;

        is_read = event.type == YAML_MAPPING_END_EVENT;
        if (!is_read)
            key = read_node(reader, &event, depth);
        yaml_event_delete(&event);
        if (key == NULL)
            break;
        if (next_event(reader, &event)) {
            value = read_node(reader, &event, depth);
            yaml_event_delete(&event);
        }
        if (value == NULL) {
            node_free(key);
            break;
        }
        add_entry(reader, map, key, value);
    }
    return is_read;
}

/** The node that the event begins; NULL where the file cannot be read further. */
static Node *read_node(TreeReader *reader, const yaml_event_t *event, int depth)
{
    int line = line_of(event->start_mark);
    Node *node = NULL;
    bool is_read = true;

    if (depth > TREE_DEPTH_MAX || reader->node_count >= TREE_NODES_MAX) {
        faults_add(reader->faults, reader->file, line,
                   depth > TREE_DEPTH_MAX ? "nested deeper than %d levels"
                                          : "more than %d values in one file",
                   depth > TREE_DEPTH_MAX ? TREE_DEPTH_MAX : TREE_NODES_MAX);
        return NULL;
    }
    if (event->type == YAML_ALIAS_EVENT) {
        faults_add(reader->faults, reader->file, line,
                   "alias \"*%s\": anchors and aliases are not used here, write the value out",
                   (const char *)event->data.alias.anchor);
        node = new_node(reader, NODE_NULL, line);
        node->is_faulty = true;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        refuse_anchor_and_tag(reader, line, event->data.sequence_start.anchor,
                              event->data.sequence_start.tag);
        node = new_node(reader, NODE_LIST, line);
        is_read = read_list(reader, node, depth + 1);
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        refuse_anchor_and_tag(reader, line, event->data.mapping_start.anchor,
                              event->data.mapping_start.tag);
        node = new_node(reader, NODE_MAP, line);
        is_read = read_map(reader, node, depth + 1);
    } else {
        node = read_scalar(reader, event);
    }
    if (!is_read) {
        node_free(node);
        node = NULL;
    }
    return node;
}

/** The first document; an empty map where the file has none. */
static Node *read_document(TreeReader *reader)
{
    Node *root = NULL;
    yaml_event_t event;

    while (next_event(reader, &event)) {
        yaml_event_type_t type = event.type;
        bool is_second = type == YAML_DOCUMENT_START_EVENT && root != NULL;
        bool is_node = type == YAML_SCALAR_EVENT || type == YAML_SEQUENCE_START_EVENT ||
                       type == YAML_MAPPING_START_EVENT || type == YAML_ALIAS_EVENT;

        if (is_second)
            faults_add(reader->faults, reader->file, line_of(event.start_mark),
                       "a second document begins here; one file is one document");
        if (is_node)
            root = read_node(reader, &event, 1);
        yaml_event_delete(&event);
        if (is_second || (is_node && root == NULL))
            return root;
        if (type == YAML_STREAM_END_EVENT)
            return root == NULL ? new_node(reader, NODE_MAP, 1) : root;
    }
    node_free(root);
    return NULL;
}

Node *tree_read_bytes(const char *file, const char *bytes, size_t size_bytes, Faults *faults)
{
    TreeReader reader = {.file = file, .bytes = bytes, .size_bytes = size_bytes, .faults = faults};

    if (!yaml_parser_initialize(&reader.parser))
        (void)memory_checked(NULL);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)bytes, size_bytes);
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);

    Node *root = read_document(&reader);

    yaml_parser_delete(&reader.parser);
    // A file of comments alone is read as one nothing.
    if (root != NULL && root->kind == NODE_NULL && !root->is_faulty)
        root->kind = NODE_MAP;
    if (root != NULL && root->kind != NODE_MAP) {
        faults_add(faults, file, root->line, "the file must be a map of keys, found %s",
                   node_kind_name(root));
        node_free(root);
        root = NULL;
    }
    if (root != NULL)
        root->line = 0; // what is said of it is said of the whole file
    return root;
}

Status tree_read(const char *file, Faults *faults, Node **out_root, Error *error)
{
    Status status = STATUS_OK;
    char *bytes = NULL;
    size_t size_bytes = 0;

    status = file_read(file, TREE_BYTES_MAX, &bytes, &size_bytes, error);
    if (status == STATUS_DATA) {
        faults_add(faults, file, 0, "larger than %d bytes", TREE_BYTES_MAX);
        error_clear(error);
        *out_root = NULL;
        return STATUS_OK;
    }
    TRY(status);
    *out_root = tree_read_bytes(file, bytes, size_bytes, faults);

cleanup:
    free(bytes);
    return status;
}
