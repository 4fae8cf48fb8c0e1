#include "base/ring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SLOTS = 4, NUMBERS = 10000 };

/** Numbers on their way from one thread to the other. */
typedef struct Way {
    Ring *ring;
    int slots[SLOTS];
    int filled; // by the thread
    int used;   // by the thread
} Way;

static void *fill_all(void *argument)
{
    Way *way = argument;

    for (size_t slot; way->filled < NUMBERS && ring_wait_room(way->ring, &slot);) {
        way->slots[slot] = way->filled++;
        ring_put(way->ring);
    }
    ring_end(way->ring);
    return NULL;
}

static void *use_all(void *argument)
{
    Way *way = argument;

    for (size_t slot; ring_wait_full(way->ring, &slot); ring_give_back(way->ring))
        if (way->slots[slot] == way->used)
            way->used++;
    return NULL;
}

static void *use_one_and_stop(void *argument)
{
    Way *way = argument;
    size_t slot = 0;

    if (ring_wait_full(way->ring, &slot))
        way->used++;
    ring_stop(way->ring);
    return NULL;
}

static void start(Way *way, size_t resume_at, size_t wake_at, void *(*work)(void *))
{
    Error error = {0};

    *way = (Way){.ring = ring_new(SLOTS, resume_at, wake_at)};
    assert_false(ring_has_started(way->ring));
    assert_int_equal(ring_start(way->ring, work, way, "test", &error), STATUS_OK);
    assert_true(ring_has_started(way->ring));
    // Again: it is there already.
    assert_int_equal(ring_start(way->ring, work, way, "test", &error), STATUS_OK);
}

static void what_a_thread_fills_comes_in_order_and_then_ends(void **state)
{
    (void)state;

    for (size_t i = 0; i < (size_t)SLOTS * SLOTS; i++) {
        Way way;
        int expected = 0;

        start(&way, i % SLOTS, 1 + i / SLOTS, fill_all);
        for (size_t slot; ring_wait_full(way.ring, &slot); ring_give_back(way.ring))
            assert_int_equal(way.slots[slot], expected++);
        assert_int_equal(expected, NUMBERS);
        ring_free(way.ring);
    }
}

static void what_is_put_before_the_end_is_used_by_the_thread(void **state)
{
    (void)state;

    for (size_t i = 0; i < (size_t)SLOTS * SLOTS; i++) {
        Way way;

        start(&way, i % SLOTS, 1 + i / SLOTS, use_all);
        for (int number = 0; number < NUMBERS; number++) {
            size_t slot = 0;

            assert_true(ring_wait_room(way.ring, &slot));
            way.slots[slot] = number;
            ring_put(way.ring);
        }
        ring_end(way.ring);
        ring_join(way.ring);
        assert_int_equal(way.used, NUMBERS);
        ring_free(way.ring);
    }
}

static void who_fills_is_told_that_nothing_more_is_wanted(void **state)
{
    (void)state;
    Way way;
    int put = 0;

    start(&way, SLOTS - 1, 1, use_one_and_stop);
    for (size_t slot; put < NUMBERS && ring_wait_room(way.ring, &slot); put++)
        ring_put(way.ring);
    assert_in_range(put, 1, SLOTS);
    ring_join(way.ring);
    assert_int_equal(way.used, 1);
    ring_free(way.ring);
}

static void a_thread_that_waits_for_room_ends_with_its_ring(void **state)
{
    (void)state;
    Way way;
    size_t slot = 0;

    start(&way, SLOTS - 1, 1, fill_all);
    assert_true(
        ring_wait_full(way.ring, &slot)); // it has begun, and comes no further than the slots
    ring_free(way.ring);
    assert_in_range(way.filled, 1, SLOTS + 1);
}

static void a_thread_that_waits_for_more_ends_with_its_ring(void **state)
{
    (void)state;
    Way way;

    start(&way, SLOTS - 1, SLOTS, use_all);
    ring_free(way.ring);
    assert_int_equal(way.used, 0);
}

static void a_ring_whose_thread_never_began_is_freed(void **state)
{
    (void)state;

    ring_free(ring_new(SLOTS, 0, 1));
    ring_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_thread_fills_comes_in_order_and_then_ends),
        cmocka_unit_test(what_is_put_before_the_end_is_used_by_the_thread),
        cmocka_unit_test(who_fills_is_told_that_nothing_more_is_wanted),
        cmocka_unit_test(a_thread_that_waits_for_room_ends_with_its_ring),
        cmocka_unit_test(a_thread_that_waits_for_more_ends_with_its_ring),
        cmocka_unit_test(a_ring_whose_thread_never_began_is_freed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
