#include "ingest/inbox.h"

#include "base/files.h"
#include "base/memory.h"
#include "report/name.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

static const char *const endings[] = {".csv.gz", ".tsv.gz", ".txt.gz", ".csv", ".tsv", ".txt"};
static const char file_mark[] = "{file}";

// By its ending.
static bool is_report_name(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(endings); i++)
        if (text_ends_with(name, endings[i]))
            return true;
    return false;
}

bool inbox_is_of_share(const char *name, int share, int shares)
{
    assert(shares >= 1 && share >= 1 && share <= shares);
    return XXH3_64bits(name, strlen(name)) % (uint64_t)shares == (uint64_t)(share - 1);
}

// The name of a file's semaphore; NULL where the feed has none. The settings hold a pattern to
// have one {file}.
static char *semaphore_name(const Feed *feed, const char *name)
{
    const char *pattern = feed->readiness.semaphore;
    const char *mark = pattern == NULL ? NULL : strstr(pattern, file_mark);

    if (mark == NULL)
        return NULL;
    return text_format("%.*s%s%s", (int)(mark - pattern), pattern, name,
                       mark + sizeof file_mark - 1);
}

char *inbox_semaphore_path(const Feed *feed, const char *folder, const char *name)
{
    char *semaphore = semaphore_name(feed, name);
    char *path = semaphore == NULL ? NULL : path_join(folder, semaphore);

    free(semaphore);
    return path;
}

// Whether a name is the semaphore of some report file, which need not be there any more.
static bool is_semaphore_name(const Feed *feed, const char *name)
{
    const char *pattern = feed->readiness.semaphore;
    const char *mark = pattern == NULL ? NULL : strstr(pattern, file_mark);
    size_t name_bytes = strlen(name);

    if (mark == NULL || name_bytes < strlen(pattern) - (sizeof file_mark - 1))
        return false;

    size_t before_bytes = (size_t)(mark - pattern);
    const char *after = mark + sizeof file_mark - 1;
    char *file = memory_copy(name + before_bytes, name_bytes - before_bytes - strlen(after));
    bool is_one = strncmp(name, pattern, before_bytes) == 0 && text_ends_with(name, after) &&
                  is_report_name(file);

    free(file);
    return is_one;
}

// Why a file is not ready by itself; NULL: it is. The caller's.
static char *find_wait(const char *folder, const char *path, const char *name, const Feed *feed,
                       int64_t now)
{
    struct stat found;
    char *semaphore = inbox_semaphore_path(feed, folder, name);
    char *wait = NULL;
    int settle_seconds = feed->readiness.settle_seconds;

    if (semaphore != NULL && !file_exists(semaphore))
        wait = text_format("its semaphore \"%s\" is not there", path_name(semaphore));
    else if (settle_seconds > 0 && stat(path, &found) == 0 && now - found.st_mtime < settle_seconds)
        wait = text_format("it was changed %lld s ago, and settles for %d s",
                           (long long)(now - found.st_mtime), settle_seconds);
    free(semaphore);
    return wait;
}

Status inbox_list(const char *folder, const Feed *feed, int64_t now, Inbox *out_inbox, Error *error)
{
    char **names = NULL;
    size_t count = 0;
    Status status = folder_list(folder, &names, &count, error);

    if (status != STATUS_OK)
        return status;

    Inbox inbox = {
        .feed = feed,
        .files = MEMORY_NEW(InboxFile, count),
        .strangers = MEMORY_NEW(char *, count),
    };

    for (size_t i = 0; i < count; i++) {
        if (is_report_name(names[i])) {
            char *path = path_join(folder, names[i]);

            inbox.files[inbox.count++] = (InboxFile){
                .path = path,
                .name = memory_copy_text(names[i]),
                .waits_for = find_wait(folder, path, names[i], feed, now),
            };
        } else if (!is_semaphore_name(feed, names[i])) {
            inbox.strangers[inbox.stranger_count++] = memory_copy_text(names[i]);
        }
    }
    names_free(names, count);
    *out_inbox = inbox;
    return STATUS_OK;
}

void inbox_clear(Inbox *inbox)
{
    for (size_t i = 0; i < inbox->count; i++) {
        free(inbox->files[i].path);
        free(inbox->files[i].name);
        free(inbox->files[i].waits_for);
    }
    free(inbox->files);
    names_free(inbox->strangers, inbox->stranger_count);
    *inbox = (Inbox){0};
}

// A part of a report: a file here, or one that was counted before.
typedef struct Part {
    char *siblings; // what the parts of one report have in common
    int part;
    int parts;
    InboxFile *file; // NULL: counted before
} Part;

typedef struct PartList {
    Part *parts;
    size_t count;
} PartList;

static int compare_parts(const void *left, const void *right)
{
    const Part *one = left;
    const Part *other = right;
    int order = strcmp(one->siblings, other->siblings);

    return order != 0 ? order : one->part - other->part;
}

static void add_part(PartList *list, const Feed *feed, const char *name, InboxFile *file)
{
    Error error = {0};
    ReportName parsed = {0};

    // A name that does not fit is refused when its turn comes, with the reason.
    if (report_name_parse(feed->layout.name_pattern, name, &parsed, &error) != STATUS_OK)
        return;
    list->parts[list->count++] = (Part){
        .siblings = memory_copy_text(parsed.siblings),
        .part = parsed.part,
        .parts = parsed.parts_in_all,
        .file = file,
    };
    report_name_clear(&parsed);
}

// Sorted by report and part.
static PartList list_parts(const Inbox *inbox, const char *const counted_names[], size_t count)
{
    PartList list = {.parts = MEMORY_NEW(Part, inbox->count + count)};

    for (size_t i = 0; i < inbox->count; i++)
        add_part(&list, inbox->feed, inbox->files[i].name, &inbox->files[i]);
    for (size_t i = 0; i < count; i++)
        add_part(&list, inbox->feed, counted_names[i], NULL);
    if (list.count > 0)
        qsort(list.parts, list.count, sizeof list.parts[0], compare_parts);
    return list;
}

static void part_list_clear(PartList *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->parts[i].siblings);
    free(list->parts);
}

// The parts from `first` on that are of one report: their end, and the lowest part that is not
// there, or 0.
static size_t next_report(const PartList *list, size_t first, int *out_missing)
{
    int expected = 1;
    int parts = 1;
    size_t end = first;

    for (; end < list->count && text_equal(list->parts[end].siblings, list->parts[first].siblings);
         end++) {
        if (list->parts[end].part == expected)
            expected++;
        if (list->parts[end].parts > parts)
            parts = list->parts[end].parts;
    }
    *out_missing = expected <= parts ? expected : 0;
    return end;
}

bool inbox_lacks_parts(const Inbox *inbox)
{
    bool lacks = false;
    int missing = 0;

    if (!inbox->feed->readiness.all_parts)
        return false;

    PartList list = list_parts(inbox, NULL, 0);

    for (size_t first = 0; first < list.count && !lacks;) {
        first = next_report(&list, first, &missing);
        lacks = missing > 0;
    }
    part_list_clear(&list);
    return lacks;
}

void inbox_wait_for_parts(Inbox *inbox, const char *const counted_names[], size_t count)
{
    int missing = 0;

    if (!inbox->feed->readiness.all_parts)
        return;

    PartList list = list_parts(inbox, counted_names, count);

    for (size_t first = 0; first < list.count;) {
        size_t end = next_report(&list, first, &missing);

        for (size_t i = first; i < end; i++) {
            InboxFile *file = list.parts[i].file;

            if (missing > 0 && file != NULL && file->waits_for == NULL)
                file->waits_for = text_format("part %d of its report's %d is not there", missing,
                                              list.parts[i].parts);
        }
        first = end;
    }
    part_list_clear(&list);
}
