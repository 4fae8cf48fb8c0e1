#include "ingest/proposal.h"

#include "base/files.h"
#include "base/memory.h"
#include "guess/guess.h"
#include "report/source.h"
#include "store/json.h"

#include <stdlib.h>
#include <string.h>

enum { COMMENTS_BESIDE_MAX = 8 }; // on what the layout is no part of

/** A feed's comments: the guess's reasons, and what is said beside them. */
typedef struct Comments {
    KeyComment *list;
    size_t count;
    char *owned[COMMENTS_BESIDE_MAX];
    size_t owned_count;
} Comments;

static void add_comment(Comments *comments, const char *key, char *taken_text)
{
    comments->owned[comments->owned_count++] = taken_text;
    comments->list[comments->count++] = (KeyComment){.key = key, .text = taken_text};
}

static void comments_clear(Comments *comments)
{
    for (size_t i = 0; i < comments->owned_count; i++)
        free(comments->owned[i]);
    free(comments->list);
}

/** Reads as much of a file as a guess looks at; *out_bytes is the caller's, for text_free(). */
static Status read_beginning(const char *path, Text *out_bytes, bool *out_is_whole, Error *error)
{
    enum { BUFFER_BYTES = 1 << 16 };
    Status status = STATUS_OK;
    Source *source = NULL;
    char *buffer = memory_new(BUFFER_BYTES, 1);
    size_t size_bytes = 0;

    TRY(source_open_file(path, &source, error));
    source = source_gunzip(source);
    do {
        TRY(source_read(source, buffer, BUFFER_BYTES, &size_bytes, error));
        text_append_slice(out_bytes, (Slice){buffer, size_bytes});
    } while (size_bytes > 0 && out_bytes->size_bytes < GUESS_SAMPLE_BYTES_MAX);
    *out_is_whole = size_bytes == 0;

cleanup:
    source_free(source);
    free(buffer);
    return status;
}

/** Whether a name is a provider's, or begins with it and goes on with another word. */
static bool begins_with(const char *name, const char *provider)
{
    size_t size = strlen(provider);

    return strncasecmp(name, provider, size) == 0 &&
           strspn(name + size, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == 0;
}

static const Provider *find_by_place(const Settings *settings, const char *path)
{
    char *folder = path_folder(path);
    const Provider *found = settings_provider(settings, path_name(folder));

    free(folder);
    for (size_t i = 0; i < settings->provider_count && found == NULL; i++)
        if (begins_with(path_name(path), settings->providers[i].name))
            found = &settings->providers[i];
    return found;
}

static char *list_providers(const Settings *settings)
{
    Text list = {0};

    for (size_t i = 0; i < settings->provider_count; i++)
        text_append_format(&list, "%s%s", i == 0 ? "" : ", ", settings->providers[i].name);
    return list.bytes == NULL ? memory_copy_text("none yet") : text_take(&list);
}

/** The provider that was named, else that of the file's place or name, else the only one. */
static Status find_provider(const char *path, const char *name, const Settings *settings,
                            const Provider **out_provider, Comments *comments, Error *error)
{
    const Provider *provider =
        name == NULL ? find_by_place(settings, path) : settings_provider(settings, name);
    bool is_only = name == NULL && provider == NULL && settings->provider_count == 1;
    char *all = list_providers(settings);
    Status status = STATUS_OK;

    if (name != NULL && provider == NULL)
        status = error_set(error, STATUS_USAGE, "provider \"%s\" is not one of \"%s\": %s", name,
                           settings->file, all);
    else if (is_only)
        provider = &settings->providers[0];
    if (status == STATUS_OK && provider == NULL)
        add_comment(
            comments, "provider",
            text_format("must be given, for nothing tells it; one of the main file's: %s", all));
    else if (is_only)
        add_comment(comments, "provider", memory_copy_text("the only one there is"));
    *out_provider = provider;
    free(all);
    return status;
}

static void add_zone(const Provider *provider, Feed *feed, Comments *comments)
{
    if (provider == NULL) {
        add_comment(comments, "zone",
                    memory_copy_text("must be given: whose days the streams are counted in"));
        return;
    }
    feed->provider = memory_copy_text(provider->name);
    feed->zone = memory_copy_text(provider->zone);
    add_comment(comments, "zone",
                memory_copy_text("the provider's; whose days the streams are "
                                 "counted in, the file does not say"));
}

static json_t *json_of_comments(const Comments *comments)
{
    json_t *choices = json_array();

    for (size_t i = 0; i < comments->count; i++)
        (void)json_array_append_new(
            choices, json_pack("{s:o, s:o}", "key", json_of_text(comments->list[i].key), "reason",
                               json_of_text(comments->list[i].text)));
    return choices;
}

static Proposal propose(const Provider *provider, const char *name, const Guess *guess,
                        Comments *comments)
{
    Feed feed = {.layout = guess->layout, .rhythm_grace_days = 1, .max_reject_ratio = 0.01};

    add_comment(comments, "",
                text_format("What `tidemark feed guess` makes of %s: hold each line against what "
                            "the provider says of its reports",
                            name));
    for (size_t i = 0; i < guess->reason_count; i++)
        comments->list[comments->count++] =
            (KeyComment){.key = guess->reasons[i].key, .text = guess->reasons[i].sentence};
    add_zone(provider, &feed, comments);

    Proposal proposal = {.yaml = settings_feed_yaml(&feed, comments->list, comments->count),
                         .choices = json_of_comments(comments)};

    free(feed.provider);
    free(feed.zone);
    return proposal;
}

Status proposal_for_file(const char *path, const char *provider_name, const Settings *settings,
                         Proposal *out_proposal, Error *error)
{
    Status status = STATUS_OK;
    Text bytes = {0};
    GuessSample sample = {.file_name = path_name(path)};
    Guess guess = {0};
    Comments comments = {0};
    const Provider *provider = NULL;

    TRY(read_beginning(path, &bytes, &sample.is_whole, error));
    sample.bytes = (Slice){text_bytes(&bytes), bytes.size_bytes};
    TRY(guess_layout(&sample, &guess, error));
    comments.list = MEMORY_NEW(KeyComment, guess.reason_count + COMMENTS_BESIDE_MAX);
    TRY(find_provider(path, provider_name, settings, &provider, &comments, error));
    *out_proposal = propose(provider, sample.file_name, &guess, &comments);

cleanup:
    if (status == STATUS_DATA)
        error_context(error, "\"%s\"", path);
    comments_clear(&comments);
    guess_clear(&guess);
    text_free(&bytes);
    return status;
}

void proposal_clear(Proposal *proposal)
{
    free(proposal->yaml);
    json_decref(proposal->choices);
    *proposal = (Proposal){0};
}
