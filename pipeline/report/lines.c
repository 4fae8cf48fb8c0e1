#include "report/lines.h"

#include "base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { READ_BYTES = 1 << 18, BUFFER_BYTES = ROW_BYTES_MAX + FOOTER_BYTES_MAX + 3 * READ_BYTES };

/*
 *   bytes   ░░░░│ joined so far │ the next line⏎ │ read ahead │ free
 *             joined_at       position                       end
 *
 * They are ours, or lent by the source, which puts what it has read next where it pleases. What is
 * left of the last ones, less than a line mostly, is then put before it:
 *
 *   lent    …long lines⏎ the beginning │          room    │ of the next one⏎ …
 *                        └─────────────┴───────────►──────┘
 */
struct Lines {
    Source *source;
    int footer_lines;
    char *memory; // our own, with slack on either side
    char *bytes;
    size_t joined_at;
    size_t position;
    size_t end;
    size_t next_lf; // no LF lies between position and here: at it, or at how far was looked
    size_t next_cr; // as for CR; a file with one kind alone is looked through once for the other
    bool at_end;    // of the source
    Error failed;   // when lines_ahead() read on
    int64_t count;
    int64_t offset; // of bytes[0] in the source
};

static char *own_bytes(const Lines *lines)
{
    return lines->memory + LINES_SLACK_BYTES;
}

Lines *lines_new(Source *taken_source, int footer_lines)
{
    Lines *lines = MEMORY_NEW(Lines, 1);

    lines->source = taken_source;
    lines->footer_lines = footer_lines;
    lines->memory = memory_new(LINES_SLACK_BYTES + BUFFER_BYTES + LINES_SLACK_BYTES, 1);
    lines->bytes = own_bytes(lines);
    return lines;
}

void lines_free(Lines *lines)
{
    if (lines == NULL)
        return;
    source_free(lines->source);
    free(lines->memory);
    free(lines);
}

void lines_release_footer(Lines *lines)
{
    lines->footer_lines = 0;
}

int64_t lines_count(const Lines *lines)
{
    return lines->count;
}

int64_t lines_offset(const Lines *lines)
{
    return lines->offset + (int64_t)lines->position;
}

// Goes over to what the source lends, with what is left.
static Status borrow_more(Lines *lines, size_t *out_size_bytes, Error *error)
{
    char *lent = NULL;
    Status status = source_lend(lines->source, &lent, out_size_bytes, error);

    if (status == STATUS_OK && *out_size_bytes > 0)
        lines->bytes = memcpy(lent - lines->end, lines->bytes, lines->end);
    return status;
}

static Status read_more(Lines *lines, Error *error)
{
    size_t passed = lines->joined_at;
    size_t read_bytes = 0;

    if (lines->failed.status != STATUS_OK) {
        *error = lines->failed;
        return error->status;
    }
    if (passed > 0 || lines->bytes != own_bytes(lines)) {
        lines->bytes = memmove(own_bytes(lines), lines->bytes + passed, lines->end - passed);
        lines->offset += (int64_t)passed;
        lines->joined_at = 0;
        lines->position -= passed;
        lines->end -= passed;
        lines->next_lf -= lines->next_lf < passed ? lines->next_lf : passed;
        lines->next_cr -= lines->next_cr < passed ? lines->next_cr : passed;
    }

    Status status =
        lines->end <= SOURCE_ROOM_BYTES && source_can_lend(lines->source)
            ? borrow_more(lines, &read_bytes, error)
            : source_read(lines->source, lines->bytes + lines->end, READ_BYTES, &read_bytes, error);

    if (status == STATUS_OK) {
        lines->end += read_bytes;
        lines->at_end = read_bytes == 0;
    }
    return status;
}

Slice lines_ahead(Lines *lines)
{
    size_t held_back = lines->footer_lines > 0 ? FOOTER_BYTES_MAX : 0;
    Error failed = {0};

    lines->joined_at = lines->position;
    while (!lines->at_end && lines->failed.status == STATUS_OK &&
           lines->end - lines->position < LINES_AHEAD_BYTES + held_back)
        if (read_more(lines, &failed) != STATUS_OK)
            lines->failed = failed;

    size_t size_bytes = lines->end - lines->position;

    return (Slice){.bytes = lines->bytes + lines->position,
                   .size_bytes = size_bytes > held_back ? size_bytes - held_back : 0};
}

const char *lines_position(const Lines *lines)
{
    return lines->bytes + lines->position;
}

void lines_pass(Lines *lines, size_t size_bytes, int64_t line_count)
{
    assert(size_bytes <= lines->end - lines->position);
    lines->position += size_bytes;
    lines->count += line_count;
}

static size_t look_for(const Lines *lines, char byte, size_t *looked_to)
{
    if (*looked_to < lines->position)
        *looked_to = lines->position;
    if (*looked_to < lines->end && lines->bytes[*looked_to] != byte) {
        const char *found = memchr(lines->bytes + *looked_to, byte, lines->end - *looked_to);

        *looked_to = found == NULL ? lines->end : (size_t)(found - lines->bytes);
    }
    return *looked_to;
}

// Where the line at the position ends, its end included. False: not yet known.
static bool find_end(Lines *lines, size_t *out_end)
{
    size_t lf = look_for(lines, '\n', &lines->next_lf);
    size_t cr = look_for(lines, '\r', &lines->next_cr);
    size_t first = lf < cr ? lf : cr;

    if (first == lines->end) {
        *out_end = lines->end;
        return lines->at_end;
    }
    if (first == cr && first + 1 == lines->end && !lines->at_end)
        return false; // its LF may come
    *out_end = first + 1;
    if (first == cr && lf == first + 1 && lf < lines->end)
        *out_end = lf + 1;
    return true;
}

// Whether the line at the position is one of the last: so few follow, and the source ends with
// them.
static Status find_footer(Lines *lines, bool *out_is_footer, Error *error)
{
    Status status = STATUS_OK;
    int line_count = 0;

    *out_is_footer = false;
    if (lines->footer_lines == 0)
        return STATUS_OK;
    while (!lines->at_end && lines->end - lines->position <= FOOTER_BYTES_MAX)
        TRY(read_more(lines, error));
    if (lines->end - lines->position > FOOTER_BYTES_MAX)
        return STATUS_OK;
    for (size_t place = lines->position; place < lines->end; place++) {
        bool is_first_of_two = lines->bytes[place] == '\r' && place + 1 < lines->end &&
                               lines->bytes[place + 1] == '\n';
        bool ends = lines->bytes[place] == '\n' || lines->bytes[place] == '\r';

        if ((ends && !is_first_of_two) || place + 1 == lines->end)
            line_count++;
        if (line_count > lines->footer_lines)
            return STATUS_OK;
    }
    *out_is_footer = true;

cleanup:
    return status;
}

// Passes over the rest of a line that nobody needs; a CR whose LF may come is kept for find_end().
static Status pass_over(Lines *lines, size_t *out_end, Error *error)
{
    Status status = STATUS_OK;

    while (!find_end(lines, out_end)) {
        bool ends_with_cr = lines->bytes[lines->end - 1] == '\r';

        lines->offset += (int64_t)(lines->end - lines->position) - (ends_with_cr ? 1 : 0);
        lines->end = lines->position;
        if (ends_with_cr)
            lines->bytes[lines->end++] = '\r';
        lines->next_lf = lines->position;
        lines->next_cr = lines->position;
        TRY(read_more(lines, error));
    }

cleanup:
    return status;
}

static Status find_line(Lines *lines, size_t *out_end, bool *out_is_cut, Error *error)
{
    Status status = STATUS_OK;

    while (!find_end(lines, out_end)) {
        if (lines->end - lines->joined_at > ROW_BYTES_MAX) {
            lines->position = lines->joined_at + ROW_BYTES_MAX;
            *out_is_cut = true;
            return pass_over(lines, out_end, error);
        }
        TRY(read_more(lines, error));
    }
    *out_is_cut = *out_end - lines->joined_at > ROW_BYTES_MAX;

cleanup:
    return status;
}

Status lines_next(Lines *lines, bool join, Line *out_line, bool *out_more, Error *error)
{
    Status status = STATUS_OK;
    Line line = {.number = lines->count + 1};
    bool is_footer = false;
    size_t joined_bytes = 0;
    size_t line_end = 0;

    if (!join)
        lines->joined_at = lines->position;
    joined_bytes = lines->position - lines->joined_at;
    TRY(find_footer(lines, &is_footer, error));
    TRY(find_line(lines, &line_end, &line.is_cut, error));
    *out_more = !is_footer && line_end > lines->joined_at + joined_bytes;
    if (!*out_more)
        goto cleanup;
    line.joined.bytes = lines->bytes + lines->joined_at;
    line.joined.size_bytes = line.is_cut ? ROW_BYTES_MAX : line_end - lines->joined_at;
    line.text.bytes = line.joined.bytes + joined_bytes;
    line.text.size_bytes = line.joined.size_bytes - joined_bytes;
    lines->position = line_end;
    lines->count++;
    *out_line = line;

cleanup:
    return status;
}
