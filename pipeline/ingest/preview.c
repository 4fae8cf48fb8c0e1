#include "ingest/preview.h"

#include "base/files.h"
#include "base/memory.h"
#include "ingest/reading.h"
#include "store/json.h"

#include <inttypes.h>
#include <stdlib.h>

static char *origin_of(const LayoutColumn *column)
{
    if (column->name != NULL)
        return text_format("column \"%s\"", column->name);
    if (column->position > 0)
        return text_format("column %d", column->position);
    if (column->constant != NULL)
        return text_format("always \"%s\"", column->constant);
    if (column->name_part != NULL)
        return text_format("{%s} of the file's name", column->name_part);
    return NULL;
}

static json_t *columns_of(const Layout *layout)
{
    json_t *columns = json_array();

    for (ColumnRole role = 0; role < COLUMN_ROLES; role++) {
        char *origin = origin_of(&layout->columns[role]);

        if (origin != NULL)
            (void)json_array_append_new(columns,
                                        json_pack("{s:s, s:o}", "role", layout_column_key(role),
                                                  "from", json_of_text(origin)));
        free(origin);
    }
    return columns;
}

static json_t *json_of_slice(Slice slice)
{
    char *text = slice_copy(slice);
    json_t *json = json_of_text(text);

    free(text);
    return json;
}

/** A code as it is printed, or the text of an odd one. */
static json_t *json_of_code(Code code, Slice odd_text, const char *(*print)(Code, char *))
{
    char text[CODE_TEXT_BYTES];

    return code == CODE_ODD ? json_of_slice(odd_text) : json_string(print(code, text));
}

static json_t *json_of_accepted(const RowBlock *block, size_t row)
{
    char from[DAY_TEXT_BYTES];
    char to[DAY_TEXT_BYTES];
    char amount[DECIMAL_TEXT_BYTES] = "";

    if (block->has_amounts)
        (void)decimal_print(&block->amounts[row], amount);
    return json_pack(
        "{s:I, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:o}", "line",
        (json_int_t)block->lines[row], "id", json_wide(block->sequence_ids[row]), "from",
        day_print(block->period_from[row], from), "to", day_print(block->period_to[row], to),
        "recording",
        json_of_code(block->recordings[row], block->recording_texts[row], code_print_isrc),
        "release", json_of_code(block->releases[row], block->release_texts[row], code_print_gtin),
        "territory", json_of_slice(block->territories[row]), "tier",
        json_of_slice(block->tiers[row]), "streams", json_wide(block->streams[row]), "monetised",
        json_wide(block->monetised[row]), "amount", amount, "currency",
        json_of_slice(block->has_amounts ? block->currencies[row] : slice_of("")));
}

static json_t *json_of_reject(const Reject *reject)
{
    char *why = text_format("%s: %.*s is \"%.*s\"; expected %.*s",
                            reject_reason_key(reject->reason), SLICE_ARGUMENTS(reject->column),
                            SLICE_ARGUMENTS(reject->found), SLICE_ARGUMENTS(reject->expected));
    json_t *row =
        json_pack("{s:I, s:o}", "line", (json_int_t)reject->line, "rejected", json_of_text(why));

    free(why);
    return row;
}

/** Accepted and rejected rows in the order of their lines. */
static json_t *merge_rows(const Reading *reading, size_t rows_max)
{
    json_t *rows = json_array();
    size_t accepted = 0;
    size_t rejected = 0;

    while (json_array_size(rows) < rows_max &&
           (accepted < reading->block->count || rejected < reading->rejects->count)) {
        bool is_reject =
            accepted == reading->block->count ||
            (rejected < reading->rejects->count &&
             reading->rejects->rejects[rejected].line < reading->block->lines[accepted]);

        (void)json_array_append_new(
            rows, is_reject ? json_of_reject(&reading->rejects->rejects[rejected++])
                            : json_of_accepted(reading->block, accepted++));
    }
    return rows;
}

Status preview_file(const char *path, const Feed *feed, const DayTable *days, size_t rows_max,
                    Preview *out_preview, Error *error)
{
    Status status = STATUS_OK;
    Reading *reading = NULL;
    bool more = false;
    ReadingOptions options = {
        .path = path, .name = path_name(path), .feed = feed, .days = days, .reader = READER_FAST};

    TRY(reading_open(&options, &reading, error));
    TRY(reading_next(reading, &more, error));
    *out_preview =
        (Preview){.columns = columns_of(&feed->layout), .rows = merge_rows(reading, rows_max)};

cleanup:
    reading_close(reading);
    return status;
}

void preview_clear(Preview *preview)
{
    json_decref(preview->columns);
    json_decref(preview->rows);
    *preview = (Preview){0};
}
