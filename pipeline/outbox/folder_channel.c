#include "base/files.h"
#include "base/text.h"
#include "outbox/channel.h"

#include <stdlib.h>
#include <string.h>

static Status deliver_to_folder(const Provider *provider, const char *key, const char *payload,
                                Error *error)
{
    Status status = STATUS_OK;
    char *path = text_format("%s/%s.json", provider->drop_folder, key);
    NewFile *file = NULL;

    TRY(folder_make(provider->drop_folder, error));
    TRY(new_file_open(path, &file, error));
    TRY(new_file_write(file, payload, strlen(payload), error));
    TRY(new_file_write(file, "\n", 1, error));
    TRY(new_file_commit(file, error));

cleanup:
    new_file_close(file);
    free(path);
    return status;
}

const Channel folder_channel = {.deliver = deliver_to_folder};
