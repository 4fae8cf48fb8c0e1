#include "base/memory.h"
#include "stage/internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAGE_ROWS = 1000 };

void stage_list_begin(Stage *stage, const char *name, const ResultColumn columns[],
                      size_t column_count)
{
    assert(!stage->list.is_open);
    stage->list = (StageList){.is_open = true,
                              .columns = columns,
                              .column_count = column_count,
                              .page = json_array(),
                              .widths = MEMORY_NEW(size_t, column_count)};
    if (!stage->line.as_json)
        return;
    if (!stage->has_begun_document)
        stage_begin_document(stage);
    (void)printf(",\"%s\":[", name);
}

static Status print_page(Stage *stage, Error *error)
{
    StageList *list = &stage->list;

    if (json_array_size(list->page) == 0)
        return STATUS_OK;
    if (list->widths[0] == 0)
        stage_begin_table(stage);

    Status status =
        stage_print_page(stage, list->page, list->columns, list->column_count, list->widths, error);

    (void)json_array_clear(list->page);
    return status == STATUS_OK ? stage_flush(stage, error) : status;
}

static Status print_object(Stage *stage, const json_t *row, Error *error)
{
    if (stage->list.has_row)
        (void)putchar(',');
    stage->list.has_row = true;
    return json_dumpf(row, stdout, JSON_COMPACT) == 0 ? STATUS_OK : stage_flush(stage, error);
}

Status stage_list_row(Stage *stage, json_t *taken_row, Error *error)
{
    Status status = STATUS_OK;
    StageList *list = &stage->list;

    assert(list->is_open);
    if (stage->line.as_json)
        status = print_object(stage, taken_row, error);
    else if (stage_shows_people(stage))
        (void)json_array_append(list->page, taken_row);
    json_decref(taken_row);
    if (json_array_size(list->page) == PAGE_ROWS)
        status = print_page(stage, error);
    return status;
}

Status stage_list_end(Stage *stage, Error *error)
{
    Status status = STATUS_OK;
    StageList *list = &stage->list;

    if (!list->is_open)
        return STATUS_OK;
    if (stage->line.as_json)
        (void)putchar(']');
    else if (!stage->has_lost_output)
        status = print_page(stage, error);
    json_decref(list->page);
    free(list->widths);
    *list = (StageList){0};
    return status;
}
