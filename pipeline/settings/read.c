#include "settings/keys.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void reading_fault(Reading *reading, Node *node, const char *format, ...)
{
    char message[sizeof((Error *)NULL)->message];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    faults_add(reading->faults, reading->file, node->line, "%s", message);
    node->is_faulty = true;
}

static bool is_section(const Key *key)
{
    return key->type == NULL;
}

void keys_set_defaults(Reading *reading, const KeyTable *table, void *object)
{
    for (size_t i = 0; i < table->count; i++) {
        const Key *key = &table->keys[i];

        if (is_section(key)) {
            keys_set_defaults(reading, key->table, object);
        } else if (key->default_text != NULL) {
            char *text = memory_copy_text(key->default_text);
            Node value = {.kind = NODE_TEXT, .text = text};

            key->type->read(reading, key, &value, object);
            free(text);
        }
    }
}

static const Key *find_key(const KeyTable *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (text_equal(table->keys[i].name, name))
            return &table->keys[i];
    return NULL;
}

/** The section that knows a key which stands outside of it; NULL where none does. */
static const Key *section_of(const KeyTable *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (is_section(&table->keys[i]) && find_key(table->keys[i].table, name) != NULL)
            return &table->keys[i];
    return NULL;
}

/** What people look for in a file like this, and why it is not there. */
static const char *refusal_of(const char *name)
{
    static const char secret[] =
        "a password does not belong into this file; put it into ~/.pgpass, or name a service of "
        "~/.pg_service.conf in PGSERVICE";
    static const char connection[] =
        "the connection is not set here; libpq finds it by PGHOST, PGPORT, PGUSER, PGDATABASE, or "
        "PGSERVICE";
    static const struct {
        const char *name;
        const char *why;
    } refused[] = {{"password", secret},   {"passwd", secret},   {"pgpassword", secret},
                   {"host", connection},   {"port", connection}, {"user", connection},
                   {"dbname", connection}, {"url", connection},  {"service", connection}};

    for (size_t i = 0; i < COUNT_OF(refused); i++)
        if (slice_equals_text_any_case(slice_of(name), refused[i].name))
            return refused[i].why;
    return NULL;
}

static const char *nearest_key(const KeyTable *table, const char *name)
{
    const char **names = MEMORY_NEW(const char *, table->count);

    for (size_t i = 0; i < table->count; i++)
        names[i] = table->keys[i].name;

    const char *nearest = text_nearest(name, names, table->count);

    free(names);
    return nearest;
}

static void add_unknown_key(Reading *reading, const KeyTable *table, Node *map, size_t at)
{
    const char *name = map->keys[at];
    const char *refusal = refusal_of(name);
    const Key *section = section_of(table, name);
    const char *nearest = nearest_key(table, name);
    int line = map->key_lines[at];

    if (refusal != NULL)
        faults_add(reading->faults, reading->file, line, "key \"%.200s\": %s", name, refusal);
    else if (section != NULL)
        faults_add(reading->faults, reading->file, line,
                   "unknown key \"%.200s\"; it belongs under \"%s\"", name, section->name);
    else if (nearest != NULL)
        faults_add(reading->faults, reading->file, line,
                   "unknown key \"%.200s\"; the nearest is \"%s\"", name, nearest);
    else
        faults_add(reading->faults, reading->file, line, "unknown key \"%.200s\"", name);
    map->is_faulty = true;
}

/** A key that is not there: a fault where it is required, or a key within its section is. */
static void add_missing(Reading *reading, const Key *key, Node *map)
{
    size_t count = is_section(key) ? key->table->count : 1;
    const Key *keys = is_section(key) ? key->table->keys : key;

    for (size_t i = 0; i < count; i++) {
        if (!keys[i].is_required)
            continue;
        faults_add(reading->faults, reading->file, map->line, "key \"%s%s%s\" is missing: %s",
                   is_section(key) ? key->name : "", is_section(key) ? "." : "", keys[i].name,
                   keys[i].help);
    }
}

static void read_key(Reading *reading, const Key *key, Node *map, void *object)
{
    Node *value = node_value(map, key->name);

    if (value == NULL)
        add_missing(reading, key, map);
    else if (value->is_faulty)
        return; // told already, as YAML
    else if (value->kind == NODE_NULL)
        reading_fault(reading, value, "key \"%s\" has no value; give it one, or leave the key out",
                      key->name);
    else if (is_section(key))
        keys_read(reading, key->table, value, object);
    else
        key->type->read(reading, key, value, object);
}

void keys_read(Reading *reading, const KeyTable *table, Node *map, void *object)
{
    if (map->kind != NODE_MAP) {
        reading_fault(reading, map, "expected a map of keys such as \"%s\", found %s",
                      table->keys[0].name, node_kind_name(map));
        return;
    }
    for (size_t i = 0; i < map->count; i++)
        if (find_key(table, map->keys[i]) == NULL)
            add_unknown_key(reading, table, map, i);
    for (size_t i = 0; i < table->count; i++)
        read_key(reading, &table->keys[i], map, object);
}
