#include "report/lines.h"

#include "base/memory.h"
#include "support/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_BYTES = 3000000, FOOTER_LINES = 2 };

// Lines of some bytes, and now and then one that fills whole buffers of what is read ahead, by LF,
// CRLF or CR.
static char *make_text(Random *random)
{
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    char *text = MEMORY_NEW(char, TEXT_BYTES);
    size_t size_bytes = 0;

    while (size_bytes < TEXT_BYTES) {
        size_t left = TEXT_BYTES - size_bytes;
        size_t line = random_below(random, random_once_in(random, 300) ? 600000 : 200);
        const char *end = ends[random_once_in(random, 20) ? random_below(random, 3) : 0];

        if (line + strlen(end) > left)
            line = left - (left < strlen(end) ? left : strlen(end));
        memset(text + size_bytes, 'a' + (int)random_below(random, 26), line);
        size_bytes += line;
        for (; *end != '\0' && size_bytes < TEXT_BYTES; end++)
            text[size_bytes++] = *end;
    }
    return text;
}

static Line next_line(Lines *lines, bool join, bool *out_more)
{
    Error error = {0};
    Line line = {0};

    assert_int_equal(lines_next(lines, join, &line, out_more, &error), STATUS_OK);
    return line;
}

static void assert_same_slices(Slice left, Slice right)
{
    assert_int_equal(left.size_bytes, right.size_bytes);
    assert_memory_equal(left.bytes, right.bytes, left.size_bytes);
}

// Of what lies ahead each may show more than the other; as far as both go they are the same.
static void assert_same_ahead(Lines *left, Lines *right)
{
    Slice one = lines_ahead(left);
    Slice other = lines_ahead(right);
    size_t common = one.size_bytes < other.size_bytes ? one.size_bytes : other.size_bytes;

    assert_true(one.size_bytes == other.size_bytes || common >= LINES_AHEAD_BYTES);
    assert_memory_equal(one.bytes, other.bytes, common);
    assert_ptr_equal(one.bytes, lines_position(left));
}

// What is read ahead is lent to the lines where it lies; what is not they copy.
static void lines_are_the_same_whether_they_are_lent_or_copied(void **state)
{
    (void)state;

    for (uint64_t seed = 1; seed <= 6; seed++) {
        Random random = {seed};
        char *text = make_text(&random);
        int footer_lines = seed % 2 == 0 ? FOOTER_LINES : 0;
        Lines *copied = lines_new(source_of_bytes(text, TEXT_BYTES), footer_lines);
        Lines *lent = lines_new(source_ahead(source_of_bytes(text, TEXT_BYTES)), footer_lines);
        bool more = true;
        int joined = 0;

        while (more) {
            bool join = lines_count(copied) > 0 && joined < 3 && random_once_in(&random, 3);
            bool also_more = false;
            Line expected = next_line(copied, join, &more);
            Line line = next_line(lent, join, &also_more);

            joined = join ? joined + 1 : 0;
            assert_int_equal(also_more, more);
            assert_int_equal(line.is_cut, expected.is_cut);
            if (more) {
                assert_same_slices(line.text, expected.text);
                assert_same_slices(line.joined, expected.joined);
            }
            assert_int_equal(lines_offset(lent), lines_offset(copied));
            if (random_once_in(&random, 10)) {
                assert_same_ahead(lent, copied);
                joined = 3; // what was joined is not there any more
            }
        }
        lines_free(copied);
        lines_free(lent);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_the_same_whether_they_are_lent_or_copied),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
