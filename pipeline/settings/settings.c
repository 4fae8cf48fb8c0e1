#include "settings/settings.h"

#include "base/files.h"
#include "base/memory.h"
#include "settings/keys.h"
#include "settings/types.h"
#include "settings/values.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FEEDS_MAX = 1000 };

static void feed_clear(Feed *feed)
{
    free(feed->name);
    free(feed->provider);
    free(feed->zone);
    free(feed->readiness.semaphore);
    layout_clear(&feed->layout);
}

void settings_free(Settings *settings)
{
    if (settings == NULL)
        return;
    for (size_t i = 0; i < settings->provider_count; i++) {
        free(settings->providers[i].name);
        free(settings->providers[i].zone);
        free(settings->providers[i].drop_folder);
        free(settings->providers[i].answer_folder);
    }
    for (size_t i = 0; i < settings->feed_count; i++)
        feed_clear(&settings->feeds[i]);
    free(settings->providers);
    free(settings->feeds);
    free(settings->file);
    free(settings->inbox_folder);
    free(settings->archive_folder);
    free(settings->payout_folder);
    free(settings->reject_folder);
    free(settings->payout_zone);
    free(settings->payer_name);
    free(settings);
}

Settings *settings_built_in(void)
{
    Settings *settings = MEMORY_NEW(Settings, 1);
    Faults none = {0};
    Reading reading = {.file = "", .folder = ".", .faults = &none};

    keys_set_defaults(&reading, &main_keys, settings);
    assert(none.count == 0);
    return settings;
}

static void read_providers(Reading *reading, const Key *key, Node *value, void *object)
{
    Settings *settings = object;

    if (value->kind != NODE_MAP) {
        expect_fault(reading, key, value, key->type->name);
        return;
    }
    settings->providers = MEMORY_NEW(Provider, value->count);
    settings->provider_count = value->count;
    for (size_t i = 0; i < value->count; i++) {
        Provider *provider = &settings->providers[i];
        Node *map = value->items[i];

        map->line = value->key_lines[i];
        provider->name = memory_copy_text(value->keys[i]);
        if (!is_name(provider->name))
            reading_fault(reading, map,
                          "provider \"%.200s\": a name is small letters, digits, - and _",
                          provider->name);
        keys_set_defaults(reading, &provider_keys, provider);
        keys_read(reading, &provider_keys, map, provider);
    }
}

const KeyType type_providers = {
    .name = "a map of providers by name", .read = read_providers, .inner_path = ".NAME"};

/** Where the main file is: as given, as the environment says, or at the usual places. */
static Status find_file(const char *file, char **out_file, Error *error)
{
    static const char *const usual[] = {"config/tidemark.yaml", "/etc/tidemark/tidemark.yaml"};
    const char *from_environment = getenv("TIDEMARK_CONFIG");

    if (file == NULL && from_environment != NULL && *from_environment != '\0')
        file = from_environment;
    for (size_t i = 0; file == NULL && i < COUNT_OF(usual); i++)
        if (file_exists(usual[i]))
            file = usual[i];
    if (file == NULL)
        return error_set(error, STATUS_NO_INPUT,
                         "no settings: neither \"%s\" nor \"%s\" is there; name a file by --config "
                         "or TIDEMARK_CONFIG",
                         usual[0], usual[1]);
    *out_file = memory_copy_text(file);
    return STATUS_OK;
}

/** Folders of the environment, relative to the current folder as a shell's paths are. */
static void read_environment(Settings *settings)
{
    const struct {
        const char *name;
        char **field;
    } folders[] = {{"TIDEMARK_INBOX", &settings->inbox_folder},
                   {"TIDEMARK_ARCHIVE", &settings->archive_folder},
                   {"TIDEMARK_PAYOUTS", &settings->payout_folder},
                   {"TIDEMARK_REJECTS", &settings->reject_folder}};

    for (size_t i = 0; i < COUNT_OF(folders); i++) {
        const char *folder = getenv(folders[i].name);

        if (folder != NULL && *folder != '\0')
            set_text(folders[i].field, folder);
    }
}

static Status read_main(Settings *settings, const char *folder, Faults *faults, bool *out_is_read,
                        Error *error)
{
    Status status = STATUS_OK;
    Reading reading = {.file = settings->file, .folder = folder, .faults = faults};
    Node *root = NULL;

    TRY(tree_read(settings->file, faults, &root, error));
    keys_set_defaults(&reading, &main_keys, settings);
    if (root != NULL)
        keys_read(&reading, &main_keys, root, settings);
    read_environment(settings);
    if (root != NULL)
        check_settings(&reading, settings, root);
    *out_is_read = root != NULL && (node_value(root, "providers") == NULL ||
                                    !node_value(root, "providers")->is_faulty);

cleanup:
    node_free(root);
    return status;
}

/** Reads one feed's file, whose providers can be told from misspelt ones or not. */
static Status read_feed(Settings *settings, const char *file, bool providers_are_known,
                        Faults *faults, Error *error)
{
    Status status = STATUS_OK;
    Reading reading = {.file = file, .folder = "", .faults = faults};
    const char *name = path_name(file);
    Node *root = NULL;

    TRY(tree_read(file, faults, &root, error));

    Feed *feed = &settings->feeds[settings->feed_count++];

    feed->name = memory_copy(name, strlen(name) - strlen(".yaml"));
    if (!is_name(feed->name))
        faults_add(faults, file, 0, "feed \"%.200s\": a name is small letters, digits, - and _",
                   feed->name);
    keys_set_defaults(&reading, &feed_keys, feed);
    if (root != NULL) {
        keys_read(&reading, &feed_keys, root, feed);
        check_feed(&reading, settings, providers_are_known, feed, root);
    }

cleanup:
    node_free(root);
    return status;
}

/** Reads feeds/NAME.yaml beside the main file, in the order of their names. */
static Status read_feeds(Settings *settings, const char *folder, bool providers_are_known,
                         Faults *faults, Error *error)
{
    Status status = STATUS_OK;
    char *feeds_folder = path_from(folder, "feeds");
    char **names = NULL;
    size_t name_count = 0;

    TRY(folder_list(feeds_folder, &names, &name_count, error));
    settings->feeds = MEMORY_NEW(Feed, name_count);
    for (size_t i = 0; i < name_count; i++) {
        char *file = path_join(feeds_folder, names[i]);

        if (text_ends_with(names[i], ".yml"))
            faults_add(faults, file, 0, "the file of a feed ends in .yaml");
        else if (text_ends_with(names[i], ".yaml") && settings->feed_count == FEEDS_MAX)
            faults_add(faults, file, 0, "more than %d feeds", FEEDS_MAX);
        else if (text_ends_with(names[i], ".yaml"))
            status = read_feed(settings, file, providers_are_known, faults, error);
        free(file);
        TRY(status);
    }

cleanup:
    names_free(names, name_count);
    free(feeds_folder);
    return status;
}

Status settings_read(const char *file, Settings **out_settings, Faults *faults, Error *error)
{
    Status status = STATUS_OK;
    Settings *settings = MEMORY_NEW(Settings, 1);
    char *folder = NULL;
    bool providers_are_known = false;

    TRY(find_file(file, &settings->file, error));
    folder = path_folder(settings->file);
    TRY(read_main(settings, folder, faults, &providers_are_known, error));
    TRY(read_feeds(settings, folder, providers_are_known, faults, error));
    TRY(faults_status(faults, STATUS_CONFIG, error));
    *out_settings = settings;
    settings = NULL;

cleanup:
    free(folder);
    settings_free(settings);
    return status;
}

Status settings_feed(const Settings *settings, const char *name, const Feed **out_feed,
                     Error *error)
{
    Status status = STATUS_OK;
    const char **names = MEMORY_NEW(const char *, settings->feed_count);

    for (size_t i = 0; i < settings->feed_count; i++) {
        names[i] = settings->feeds[i].name;
        if (text_equal(names[i], name)) {
            *out_feed = &settings->feeds[i];
            goto cleanup;
        }
    }

    const char *nearest = text_nearest(name, names, settings->feed_count);

    if (nearest == NULL)
        status = error_set(error, STATUS_USAGE, "there is no feed \"%s\"", name);
    else
        status = error_set(error, STATUS_USAGE, "there is no feed \"%s\"; the nearest is \"%s\"",
                           name, nearest);

cleanup:
    free(names);
    return status;
}

const Provider *settings_provider(const Settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->provider_count; i++)
        if (text_equal(settings->providers[i].name, name))
            return &settings->providers[i];
    return NULL;
}
