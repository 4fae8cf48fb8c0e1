#include "base/memory.h"
#include "cells/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PAGES_MIN = PARTITIONS + PASS_ROWS / LOG_PAGE_CELLS + 16 };

void cells_make_log(Cells *cells, size_t pages_max)
{
    size_t pages = pages_max > PAGES_MIN ? pages_max : PAGES_MIN;

    cells->log_pages_max = pages;
    cells->log = memory_new_large(pages * LOG_PAGE_CELLS, sizeof cells->log[0]);
    cells->log_links = MEMORY_NEW(uint32_t, pages);
    cells->scratch = memory_new_large(2 * pages * LOG_PAGE_CELLS, sizeof cells->scratch[0]);
}

void cells_free_log(Cells *cells)
{
    free(cells->log);
    free(cells->log_links);
    free(cells->scratch);
}

static Cell *page_begin(const Cells *cells, uint32_t page)
{
    return cells->log + (size_t)page * LOG_PAGE_CELLS;
}

void cells_add_log_page(Cells *cells, LogTail *tail)
{
    uint32_t page = (uint32_t)cells->log_pages++;

    assert(page < cells->log_pages_max);
    cells->log_links[page] = tail->next == NULL ? UINT32_MAX : tail->page;
    *tail = (LogTail){
        .next = page_begin(cells, page),
        .end = page_begin(cells, page) + LOG_PAGE_CELLS,
        .page = page,
    };
}

size_t cells_take_log(Cells *cells, int partition, Cell out_rows[])
{
    LogTail *tail = &cells->log_tails[partition];
    size_t count = 0;

    if (tail->next == NULL)
        return 0;
    for (uint32_t page = tail->page; page != UINT32_MAX; page = cells->log_links[page]) {
        const Cell *rows = page_begin(cells, page);
        size_t page_count = page == tail->page ? (size_t)(tail->next - rows) : LOG_PAGE_CELLS;

        memcpy(out_rows + count, rows, page_count * sizeof rows[0]);
        count += page_count;
    }
    *tail = (LogTail){0};
    return count;
}

void cells_empty_log(Cells *cells)
{
    cells->log_pages = 0;
    cells->log_count = 0;
}

void cells_drop_log(Cells *cells)
{
    memset(cells->log_tails, 0, sizeof cells->log_tails);
    cells_empty_log(cells);
}
