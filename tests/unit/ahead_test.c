#include "report/source.h"

#include "base/digest.h"
#include "base/memory.h"
#include "report/source_link.h"
#include "support/source_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

// Bytes that tell where they stand, up to an end or an error; and how many were taken.
typedef struct Flow {
    Source link;
    size_t size_bytes;
    size_t read_bytes_max;
    Status end;
    useconds_t pause;
    atomic_size_t *taken;
    size_t given;
} Flow;

static char byte_at(size_t at)
{
    return (char)(at * 7 + at / 251);
}

static Status flow_read(Source *source, char *buffer, size_t capacity_bytes, size_t *out_size_bytes,
                        Error *error)
{
    Flow *flow = (Flow *)source;
    size_t size_bytes = flow->size_bytes - flow->given;

    if (size_bytes == 0 && flow->end != STATUS_OK)
        return error_set(error, flow->end, "broken behind byte %zu", flow->given);
    if (size_bytes > flow->read_bytes_max)
        size_bytes = flow->read_bytes_max;
    if (size_bytes > capacity_bytes)
        size_bytes = capacity_bytes;
    for (size_t i = 0; i < size_bytes; i++)
        buffer[i] = byte_at(flow->given + i);
    flow->given += size_bytes;
    if (flow->taken != NULL)
        atomic_store(flow->taken, flow->given);
    if (flow->pause > 0)
        (void)usleep(flow->pause);
    *out_size_bytes = size_bytes;
    return STATUS_OK;
}

static Source *source_flow(Flow flow)
{
    static const SourceKind kind = {.read = flow_read};
    Flow *source = MEMORY_NEW(Flow, 1);

    *source = flow;
    source->link.kind = &kind;
    return &source->link;
}

static void assert_flows(const Text *text, size_t size_bytes)
{
    assert_int_equal(text->size_bytes, size_bytes);
    for (size_t i = 0; i < size_bytes; i++)
        if (text->bytes[i] != byte_at(i))
            fail_msg("byte %zu of %zu is another", i, size_bytes);
}

static void what_is_read_ahead_comes_whole_and_in_order(void **state)
{
    (void)state;
    static const size_t sizes[] = {0,      1,      65536,   262143,  262144,
                                   262145, 524288, 1048575, 1048577, 3000001};
    static const size_t pieces[] = {1000, 65536, 1000000};
    Text text = {0};

    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        for (size_t j = 0; j < COUNT_OF(pieces); j++)
            for (size_t k = 0; k < COUNT_OF(pieces); k++) {
                source_text_or_fail(source_ahead(source_flow((Flow){.size_bytes = sizes[i],
                                                                    .read_bytes_max = pieces[j]})),
                                    pieces[k], &text);
                assert_flows(&text, sizes[i]);
            }
    text_free(&text);
}

// Every third time it is read instead, and what is lent is written all over, with the room before
// it.
static void what_is_lent_is_what_would_be_read(void **state)
{
    (void)state;
    enum { SIZE_BYTES = 3000001, READ_BYTES = 50000 };
    Error error = {0};
    Text text = {0};
    size_t size_bytes = 1;
    char *buffer = MEMORY_NEW(char, READ_BYTES);
    Source *source =
        source_ahead(source_flow((Flow){.size_bytes = SIZE_BYTES, .read_bytes_max = 70000}));

    assert_true(source_can_lend(source));
    for (int i = 1; size_bytes > 0; i++) {
        char *bytes = buffer;

        if (i % 3 == 0)
            assert_int_equal(source_read(source, buffer, READ_BYTES, &size_bytes, &error),
                             STATUS_OK);
        else
            assert_int_equal(source_lend(source, &bytes, &size_bytes, &error), STATUS_OK);
        text_append_slice(&text, (Slice){bytes, size_bytes});
        if (bytes != buffer)
            memset(bytes - SOURCE_ROOM_BYTES, '#', SOURCE_ROOM_BYTES + size_bytes);
    }
    assert_flows(&text, SIZE_BYTES);
    assert_int_equal(source_lend(source, &buffer, &size_bytes, &error), STATUS_OK);
    assert_int_equal(size_bytes, 0); // still the end
    source_free(source);
    text_free(&text);
    free(buffer);
}

static void it_does_not_matter_who_is_slower(void **state)
{
    (void)state;
    enum { SIZE_BYTES = 2500000, PAUSE = 200 };
    char *buffer = MEMORY_NEW(char, 60000);

    for (int is_slow = 0; is_slow < 2; is_slow++) {
        Error error = {0};
        Text text = {0};
        size_t size_bytes = 1;
        Source *source = source_ahead(source_flow((Flow){
            .size_bytes = SIZE_BYTES, .read_bytes_max = 50000, .pause = is_slow ? 0 : PAUSE}));

        while (size_bytes > 0) {
            assert_int_equal(source_read(source, buffer, 60000, &size_bytes, &error), STATUS_OK);
            text_append_slice(&text, (Slice){buffer, size_bytes});
            if (is_slow)
                (void)usleep(PAUSE);
        }
        assert_flows(&text, SIZE_BYTES);
        source_free(source);
        text_free(&text);
    }
    free(buffer);
}

static void the_end_stays_the_end(void **state)
{
    (void)state;
    Error error = {0};
    char buffer[8];
    size_t size_bytes = 7;
    Source *source = source_ahead(source_flow((Flow){.size_bytes = 0, .read_bytes_max = 1}));

    for (int i = 0; i < 3; i++) {
        assert_int_equal(source_read(source, buffer, sizeof buffer, &size_bytes, &error),
                         STATUS_OK);
        assert_int_equal(size_bytes, 0);
    }
    source_free(source);
}

static void an_error_comes_behind_all_that_was_read_before_it(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 65535, 65536, 1048576, 1500000};
    Text text = {0};

    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        Error error = {0};
        char message[64];

        assert_int_equal(
            source_text(source_ahead(source_flow((Flow){
                            .size_bytes = sizes[i], .read_bytes_max = 9999, .end = STATUS_DATA})),
                        4096, &text, &error),
            STATUS_DATA);
        (void)snprintf(message, sizeof message, "broken behind byte %zu", sizes[i]);
        assert_string_equal(error.message, message);
        assert_int_equal(error.status, STATUS_DATA);
        assert_flows(&text, sizes[i]);
    }
    text_free(&text);
}

static void no_more_is_read_ahead_than_there_is_room_for(void **state)
{
    (void)state;
    enum { SIZE_BYTES = 10000000 };
    atomic_size_t taken = 0;
    Error error = {0};
    char *buffer = MEMORY_NEW(char, 30000);
    size_t size_bytes = 1;
    size_t read_bytes = 0;
    Source *source = source_ahead(
        source_flow((Flow){.size_bytes = SIZE_BYTES, .read_bytes_max = 7777, .taken = &taken}));

    while (size_bytes > 0) {
        assert_int_equal(source_read(source, buffer, 30000, &size_bytes, &error), STATUS_OK);
        read_bytes += size_bytes;
        if (read_bytes % 5 == 0)
            (void)usleep(500); // for the thread to read on
        // What is being emptied is room only when it is empty.
        assert_true(atomic_load(&taken) <= read_bytes + SOURCE_AHEAD_BYTES);
    }
    assert_int_equal(read_bytes, SIZE_BYTES);
    source_free(source);
    free(buffer);
}

static void it_may_be_freed_at_any_moment(void **state)
{
    (void)state;
    char *buffer = MEMORY_NEW(char, 50000);

    for (int reads = 0; reads < 60; reads++) {
        Error error = {0};
        size_t size_bytes = 0;
        Source *source = source_ahead(source_flow((Flow){
            .size_bytes = SIZE_MAX, .read_bytes_max = 20000, .pause = reads % 3 == 0 ? 100 : 0}));

        for (int i = 0; i < reads; i++)
            assert_int_equal(source_read(source, buffer, 50000, &size_bytes, &error), STATUS_OK);
        if (reads % 4 == 0)
            (void)usleep(2000); // all is full, and the thread asleep
        source_free(source);
    }
    free(buffer);
}

static void nothing_is_read_before_the_first_read(void **state)
{
    (void)state;
    atomic_size_t taken = 0;
    Source *source = source_ahead(
        source_flow((Flow){.size_bytes = 100, .read_bytes_max = 100, .taken = &taken}));

    (void)usleep(2000);
    assert_int_equal(atomic_load(&taken), 0);
    source_free(source);
}

static void a_digest_taken_on_the_thread_is_that_of_all(void **state)
{
    (void)state;
    char digest[DIGEST_TEXT_BYTES];
    char expected[DIGEST_TEXT_BYTES];
    int64_t size_bytes = 0;
    Text text = {0};
    Error error = {0};
    char buffer[1000];
    size_t read_bytes = 1;
    Source *passed =
        source_digest(source_flow((Flow){.size_bytes = 200000, .read_bytes_max = 999}));
    Source *source = source_ahead(passed);

    while (read_bytes > 0) {
        assert_int_equal(source_read(source, buffer, sizeof buffer, &read_bytes, &error),
                         STATUS_OK);
        text_append_slice(&text, (Slice){buffer, read_bytes});
    }
    source_digest_finish(passed, digest, &size_bytes);
    assert_int_equal(size_bytes, 200000);
    assert_string_equal(digest, digest_bytes(text.bytes, text.size_bytes, expected));
    source_free(source);
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_ahead_comes_whole_and_in_order),
        cmocka_unit_test(what_is_lent_is_what_would_be_read),
        cmocka_unit_test(it_does_not_matter_who_is_slower),
        cmocka_unit_test(the_end_stays_the_end),
        cmocka_unit_test(an_error_comes_behind_all_that_was_read_before_it),
        cmocka_unit_test(no_more_is_read_ahead_than_there_is_room_for),
        cmocka_unit_test(it_may_be_freed_at_any_moment),
        cmocka_unit_test(nothing_is_read_before_the_first_read),
        cmocka_unit_test(a_digest_taken_on_the_thread_is_that_of_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
