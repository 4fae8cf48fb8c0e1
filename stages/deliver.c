#include "base/files.h"
#include "base/text.h"
#include "distribution/distribute.h"
#include "outbox/delivery.h"
#include "outbox/outbox.h"
#include "stage/stage.h"
#include "store/json.h"

#include <stdlib.h>

typedef struct Options {
    const char *retry;
    Day date;
} Options;

static const struct argp_option options_of_stage[] = {
    {"retry", 'r', "KEY", 0, "Take up an event that was given up or rejected", 0},
    {"date", 'd', "DATE", 0,
     "Judge whether a release's date is reached as if today were DATE (YYYY-MM-DD)", 0},
    {0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    if (key == 'd')
        return stage_usage_day(state, "--date", argument, &options->date);
    if (key != 'r')
        return ARGP_ERR_UNKNOWN;
    options->retry = argument;
    return 0;
}

static const struct argp argp = {
    .options = options_of_stage,
    .parser = parse_option,
    .doc = "Hands the outbox's events to the providers, reads the answers that came, and takes "
           "releases that all providers have, and whose date is reached, to distributed."
           "\vExamples:\n"
           "  tidemark deliver                                     what is due, and what failed "
           "before\n"
           "  tidemark deliver --retry wavecast-4006381333931-1    an event that was given up\n",
};

static const ResultColumn columns[] = {{"event", "EVENT", false},
                                       {"provider", "PROVIDER", false},
                                       {"upc", "UPC", false},
                                       {"outcome", "OUTCOME", false},
                                       {"detail", "DETAIL", false}};

// Texts that were cut to fit may end within a character, which json_pack() alone would refuse.
static void add_row(json_t *rows, const DeliveryOutcome *outcome)
{
    json_array_append_new(
        rows,
        json_pack("{s:o, s:o, s:o, s:o, s:o}", "event", json_of_text(outcome->event), "provider",
                  json_of_text(outcome->provider), "upc", json_of_text(outcome->upc), "outcome",
                  json_of_text(outcome->outcome), "detail", json_of_text(outcome->detail)));
}

static Status retry_event(Stage *stage, Store *store, const char *key, Error *error)
{
    Status status = STATUS_OK;

    TRY(store_begin(store, error));
    TRY(outbox_retry(store, key, error));
    TRY(stage_commit(stage, store, error));

cleanup:
    store_rollback(store);
    return status;
}

static Status deliver_all(Stage *stage, Store *store, json_t *rows, Error *error)
{
    Status status = STATUS_OK;
    int64_t after = 0;

    for (;;) {
        DeliveryOutcome outcome = {0};
        bool more = false;

        TRY(deliver_next(store, stage_settings(stage), &folder_channel, &after, &more, &outcome,
                         error));
        if (!more)
            break;
        add_row(rows, &outcome);
        if (text_equal(outcome.outcome, "delivered"))
            continue;
        (void)error_set(error, STATUS_UNAVAILABLE, "event \"%s\": %s: %s", outcome.event,
                        outcome.outcome, outcome.detail);
        TRY(stage_refuse(stage, error));
    }

cleanup:
    return status;
}

static Status read_answers(Stage *stage, Store *store, const Provider *provider, json_t *rows,
                           Error *error)
{
    Status status = STATUS_OK;
    char **names = NULL;
    size_t name_count = 0;

    TRY(folder_list(provider->answer_folder, &names, &name_count, error));
    for (size_t i = 0; i < name_count; i++) {
        DeliveryOutcome outcome = {0};

        if (!text_ends_with(names[i], ".json")) { // perhaps still being written
            log_write(stage_log(stage), LOG_WARNING,
                      "provider \"%s\": \"%s\" in its answer folder is no answer; expected a name "
                      "that ends in .json",
                      provider->name, names[i]);
            continue;
        }

        char *path = path_join(provider->answer_folder, names[i]);

        status = answer_read(store, provider, path, &outcome, error);
        free(path);
        if (status == STATUS_OK)
            add_row(rows, &outcome);
        else if (status == STATUS_DATA)
            status = stage_refuse(stage, error);
        TRY(status);
    }

cleanup:
    names_free(names, name_count);
    return status;
}

/** What all providers have, and whose date is reached, is distributed. */
static Status finish_releases(Stage *stage, Store *store, Day date, json_t *rows, Error *error)
{
    Status status = STATUS_OK;
    Rows *finished = NULL;

    TRY(store_begin(store, error));
    TRY(distribute_finish(store, stage_settings(stage), date, &finished, error));
    TRY(stage_commit(stage, store, error));
    for (size_t i = 0; i < rows_count(finished); i++)
        json_array_append_new(rows,
                              json_pack("{s:s, s:s, s:s, s:s, s:s}", "event", "", "provider", "",
                                        "upc", rows_text(finished, i, "upc"), "outcome",
                                        "distributed", "detail", rows_text(finished, i, "title")));

cleanup:
    store_rollback(store);
    rows_free(finished);
    return status;
}

static void say_what_was_done(Stage *stage, const json_t *rows)
{
    static const struct {
        const char *outcome;
        const char *words;
    } tellings[] = {{"delivered", "Events delivered"},      {"failed", "Events to be tried again"},
                    {"given_up", "Events given up"},        {"acknowledged", "Events acknowledged"},
                    {"rejected", "Events rejected"},        {"known", "Answers that were known"},
                    {"distributed", "Releases distributed"}};

    if (json_array_size(rows) == 0)
        stage_say(stage, "Nothing to deliver, and no answers.");
    for (size_t i = 0; i < COUNT_OF(tellings); i++) {
        int count = 0;
        size_t index;
        json_t *row;

        json_array_foreach(rows, index,
                           row) if (text_equal(json_string_value(json_object_get(row, "outcome")),
                                               tellings[i].outcome)) count++;
        if (count > 0)
            stage_say(stage, "%s: %d.", tellings[i].words, count);
    }
}

/**
 * tidemark-deliver: brings what the outbox announces to the providers.
 *
 * At least once under a key that never changes, in order for each release, tried again with growing
 * pauses and then given up; afterwards the answers that lie in the providers' answer folders are
 * read.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {.date = DAY_NONE};
    Stage *stage = NULL;
    Store *store = NULL;
    Rows *pending = NULL;
    json_t *rows = json_array();

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(stage_connect(stage, STAGE_ALONE, &store, &error));
    if (options.retry != NULL)
        TRY(retry_event(stage, store, options.retry, &error));

    const Settings *settings = stage_settings(stage);

    if (stage_is_dry_run(stage)) {
        TRY(deliver_pending(store, settings, &pending, &error));
        TRY(stage_table(stage, "events", json_of_rows(pending), columns, COUNT_OF(columns),
                        &error));
    } else {
        TRY(deliver_all(stage, store, rows, &error));
        for (size_t i = 0; i < settings->provider_count; i++)
            if (settings->providers[i].answer_folder != NULL)
                TRY(read_answers(stage, store, &settings->providers[i], rows, &error));
        TRY(finish_releases(stage, store, options.date, rows, &error));
        say_what_was_done(stage, rows);
        TRY(stage_table(stage, "events", json_incref(rows), columns, COUNT_OF(columns), &error));
    }

cleanup:
    json_decref(rows);
    rows_free(pending);
    return stage_close(stage, status, &error);
}
