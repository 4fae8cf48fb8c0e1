#include "base/memory.h"
#include "base/text.h"
#include "stage/command_line.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

// argp and getopt say what is wrong with a command line only on standard error, and without the
// nearest option. So the words are held against the tables once more, after argp has refused them.

typedef struct OptionList {
    const struct argp_option **options; // those with a name or a letter
    size_t count;
    size_t capacity;
} OptionList;

static bool is_end(const struct argp_option *option)
{
    return option->name == NULL && option->key == 0 && option->doc == NULL && option->group == 0;
}

static void add_options(OptionList *list, const struct argp *argp)
{
    for (const struct argp_option *option = argp->options; option != NULL && !is_end(option);
         option++) {
        if (option->name == NULL && option->key == 0)
            continue;
        MEMORY_GROW(list->options, list->count, list->capacity);
        list->options[list->count++] = option;
    }
    for (const struct argp_child *child = argp->children; child != NULL && child->argp != NULL;
         child++)
        add_options(list, child->argp);
}

/** By its name, or by a beginning that no other has. */
static const struct argp_option *find_long(const OptionList *list, Slice name, bool *out_ambiguous)
{
    const struct argp_option *found = NULL;

    *out_ambiguous = false;
    for (size_t i = 0; i < list->count; i++) {
        const struct argp_option *option = list->options[i];

        if (option->name == NULL || strncmp(option->name, name.bytes, name.size_bytes) != 0)
            continue;
        if (option->name[name.size_bytes] == '\0') {
            *out_ambiguous = false;
            return option;
        }
        *out_ambiguous |= found != NULL;
        found = option;
    }
    return found;
}

static const struct argp_option *find_letter(const OptionList *list, char letter)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->options[i]->key == (unsigned char)letter)
            return list->options[i];
    return NULL;
}

static Status explain_unknown(const OptionList *list, Slice name, const char *program, Error *error)
{
    const char **names = MEMORY_NEW(const char *, list->count);
    size_t name_count = 0;
    char *word = slice_copy(name);

    for (size_t i = 0; i < list->count; i++)
        if (list->options[i]->name != NULL)
            names[name_count++] = list->options[i]->name;

    const char *nearest = text_nearest(word, names, name_count);
    Status status = nearest == NULL
                        ? error_set(error, STATUS_USAGE, "unknown option \"--%s\"; try %s --help",
                                    word, program)
                        : error_set(error, STATUS_USAGE,
                                    "unknown option \"--%s\"; the nearest is --%s; try %s --help",
                                    word, nearest, program);

    free(word);
    free(names);
    return status;
}

/** A word that begins with "--". *out_takes_next: its value is the next word. */
static Status explain_long(const OptionList *list, const char *word, bool is_last,
                           const char *program, bool *out_takes_next, Error *error)
{
    const char *value = strchr(word, '=');
    Slice name = {.bytes = word + 2,
                  .size_bytes = value == NULL ? strlen(word + 2) : (size_t)(value - word) - 2};
    bool is_ambiguous = false;
    const struct argp_option *option = find_long(list, name, &is_ambiguous);

    if (option == NULL)
        return explain_unknown(list, name, program, error);
    if (is_ambiguous)
        return error_set(error, STATUS_USAGE,
                         "option \"--%.*s\" can be more than one; try %s --help",
                         SLICE_ARGUMENTS(name), program);
    if (option->arg == NULL && value != NULL)
        return error_set(error, STATUS_USAGE, "option --%s takes no value, found \"%s\"",
                         option->name, value + 1);
    *out_takes_next =
        option->arg != NULL && value == NULL && (option->flags & OPTION_ARG_OPTIONAL) == 0;
    if (*out_takes_next && is_last)
        return error_set(error, STATUS_USAGE, "option --%s needs a value: %s", option->name,
                         option->arg);
    return STATUS_OK;
}

/** A word of letters, as "-v" or "-j4". */
static Status explain_letters(const OptionList *list, const char *word, bool is_last,
                              const char *program, bool *out_takes_next, Error *error)
{
    for (const char *letter = word + 1; *letter != '\0'; letter++) {
        const struct argp_option *option = find_letter(list, *letter);

        if (option == NULL)
            return error_set(error, STATUS_USAGE, "unknown option \"-%c\"; try %s --help",
                             isprint((unsigned char)*letter) ? *letter : '?', program);
        if (option->arg == NULL)
            continue;
        *out_takes_next = letter[1] == '\0' && (option->flags & OPTION_ARG_OPTIONAL) == 0;
        if (*out_takes_next && is_last)
            return error_set(error, STATUS_USAGE, "option -%c needs a value: %s", *letter,
                             option->arg);
        break;
    }
    return STATUS_OK;
}

Status usage_explain(const struct argp *root, int argc, char *argv[], Error *error)
{
    Status status = STATUS_OK;
    OptionList list = {0};
    const char *slash = strrchr(argv[0], '/');
    const char *program = slash == NULL ? argv[0] : slash + 1;

    add_options(&list, root);
    for (int i = 1; i < argc && !text_equal(argv[i], "--"); i++) {
        bool takes_next = false;
        bool is_last = i + 1 == argc;

        if (text_starts_with(argv[i], "--"))
            TRY(explain_long(&list, argv[i], is_last, program, &takes_next, error));
        else if (argv[i][0] == '-' && argv[i][1] != '\0')
            TRY(explain_letters(&list, argv[i], is_last, program, &takes_next, error));
        i += takes_next;
    }
    status = error_set(error, STATUS_USAGE, "the command line is wrong; try %s --help", program);

cleanup:
    free(list.options);
    return status;
}
