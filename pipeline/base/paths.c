#include "base/files.h"
#include "base/memory.h"

#include <string.h>

const char *path_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

char *path_join(const char *folder, const char *name)
{
    return text_format(text_ends_with(folder, "/") ? "%s%s" : "%s/%s", folder, name);
}

char *path_folder(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return memory_copy_text(".");
    return memory_copy(path, slash == path ? 1 : (size_t)(slash - path));
}
