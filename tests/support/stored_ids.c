#include "support/stored_ids.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

StoredIds stored_ids_of(const IdSet *set)
{
    StoredIds stored = {.count = id_set_part_count(set)};

    stored.parts = MEMORY_NEW(IdPart, stored.count);
    for (size_t i = 0; i < stored.count; i++) {
        char *bytes;

        id_set_encode_part(set, i, &stored.parts[i].number, &bytes, &stored.parts[i].size_bytes);
        stored.parts[i].bytes = bytes;
        assert_int_equal(id_set_part_number(set, i), stored.parts[i].number);
    }
    return stored;
}

void stored_ids_free(StoredIds *stored)
{
    for (size_t i = 0; i < stored->count; i++)
        free((char *)stored->parts[i].bytes);
    free(stored->parts);
}
