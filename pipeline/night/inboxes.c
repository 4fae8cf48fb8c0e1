#include "night/inboxes.h"

#include "base/memory.h"
#include "base/text.h"
#include "ingest/run.h"
#include "night/problems.h"
#include "store/json.h"

#include <stdlib.h>

Status inboxes_read(Store *store, const Settings *settings, json_t **out_files, Error *error)
{
    Status status = STATUS_OK;
    json_t *files = json_array();

    for (size_t i = 0; i < settings->feed_count; i++) {
        const Feed *feed = &settings->feeds[i];
        Inbox inbox = {0};

        TRY(ingest_look(store, settings, feed, &inbox, error));
        for (size_t j = 0; j < inbox.count; j++)
            (void)json_array_append_new(files,
                                        json_pack("{s:s, s:o, s:o, s:o}", "feed", feed->name,
                                                  "file", json_of_text(inbox.files[j].name), "path",
                                                  json_of_text(inbox.files[j].path), "waits_for",
                                                  json_of_text(inbox.files[j].waits_for)));
        inbox_clear(&inbox);
    }
    *out_files = files;
    files = NULL;

cleanup:
    json_decref(files);
    return status;
}

static const char *text_of(const json_t *file, const char *key)
{
    return json_string_value(json_object_get(file, key));
}

size_t inboxes_count(const json_t *files, const char *feed)
{
    size_t count = 0;
    size_t index = 0;
    json_t *file = NULL;

    json_array_foreach(files, index, file) if (text_equal(text_of(file, "feed"), feed)) count++;
    return count;
}

/** Those of a feed's files that do or do not wait for something: the first, and how many. */
static const json_t *find_files(const json_t *files, const char *feed, bool is_waiting,
                                size_t *out_count)
{
    const json_t *first = NULL;
    size_t index = 0;
    json_t *file = NULL;

    *out_count = 0;
    json_array_foreach(files, index, file)
    {
        if (!text_equal(text_of(file, "feed"), feed) ||
            (text_of(file, "waits_for") != NULL) != is_waiting)
            continue;
        first = first == NULL ? file : first;
        ++*out_count;
    }
    return first;
}

/** Files that the next night takes by itself, unless the last one refused them. */
static void judge_ready(const json_t *files, const char *feed, json_t *problems)
{
    size_t count = 0;
    const json_t *first = find_files(files, feed, false, &count);
    char *command = text_format("tidemark ingest --feed %s", feed);

    if (count == 1)
        problems_add(problems, command, "feed %s: a file is new in the inbox, or was refused: %s",
                     feed, text_of(first, "file"));
    else if (count > 1)
        problems_add(problems, command,
                     "feed %s: %zu files are new in the inbox, or were refused: %s, …", feed, count,
                     text_of(first, "file"));
    free(command);
}

/** Files that no night takes before something comes. Named, a file is counted all the same. */
static void judge_waiting(const json_t *files, const char *feed, json_t *problems)
{
    size_t count = 0;
    const json_t *first = find_files(files, feed, true, &count);
    char *command = text_format("tidemark ingest --feed %s FILE", feed);

    if (count == 1)
        problems_add(problems, command, "feed %s: a file waits: %s: %s", feed,
                     text_of(first, "file"), text_of(first, "waits_for"));
    else if (count > 1)
        problems_add(problems, command, "feed %s: %zu files wait: %s: %s, …", feed, count,
                     text_of(first, "file"), text_of(first, "waits_for"));
    free(command);
}

void inboxes_judge(const json_t *files, json_t *problems)
{
    const char *judged = NULL; // the files are in the order of their feeds
    size_t index = 0;
    json_t *file = NULL;

    json_array_foreach(files, index, file)
    {
        const char *feed = text_of(file, "feed");

        if (text_equal(feed, judged))
            continue;
        judge_ready(files, feed, problems);
        judge_waiting(files, feed, problems);
        judged = feed;
    }
}
