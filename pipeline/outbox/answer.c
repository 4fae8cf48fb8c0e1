#include "base/files.h"
#include "base/text.h"
#include "outbox/delivery.h"
#include "sql.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_BYTES_MAX = 65536 };

/** An answer; texts are the document's. */
typedef struct Answer {
    const char *key;
    const char *state; // of the event
    const char *reason;
} Answer;

static Status parse_answer(const json_t *document, Answer *out_answer, Error *error)
{
    const char *key = json_string_value(json_object_get(document, "key"));
    const char *word = json_string_value(json_object_get(document, "answer"));
    const char *reason = json_string_value(json_object_get(document, "reason"));

    if (key == NULL || word == NULL)
        return error_set(error, STATUS_DATA,
                         "no answer; expected {\"key\": \"…\", \"answer\": \"accepted\"}");
    if (strcmp(word, "accepted") == 0) {
        *out_answer = (Answer){.key = key, .state = "acknowledged", .reason = NULL};
        return STATUS_OK;
    }
    if (strcmp(word, "rejected") != 0)
        return error_set(error, STATUS_DATA, "answer \"%s\"; expected \"accepted\" or \"rejected\"",
                         word);
    *out_answer = (Answer){
        .key = key, .state = "rejected", .reason = reason == NULL ? "no reason was given" : reason};
    return STATUS_OK;
}

static Status load_document(const char *path, json_t **out_document, Error *error)
{
    Status status = STATUS_OK;
    char *bytes = NULL;
    size_t size_bytes = 0;
    json_error_t fault;

    TRY(file_read(path, ANSWER_BYTES_MAX, &bytes, &size_bytes, error));

    json_t *document = json_loadb(bytes, size_bytes, JSON_REJECT_DUPLICATES, &fault);

    if (document == NULL)
        TRY(error_set(error, STATUS_DATA, "line %d: %s; expected a JSON document", fault.line,
                      fault.text));
    *out_document = document;

cleanup:
    free(bytes);
    return status;
}

static Status apply_answer(Store *store, const Provider *provider, const Answer *answer,
                           DeliveryOutcome *out_outcome, Error *error)
{
    Status status = STATUS_OK;
    Rows *event = NULL;
    const char *outcome = answer->state;

    TRY(store_query(store, &sql_lock_event_by_key, PARAMS(param_text(answer->key)), &event, error));
    if (rows_count(event) == 0 || !text_equal(rows_text(event, 0, "provider"), provider->name))
        TRY(error_set(error, STATUS_DATA, "key \"%s\": provider \"%s\" was sent no such event",
                      answer->key, provider->name));

    const char *state = rows_text(event, 0, "state");

    if (text_equal(state, answer->state))
        outcome = "known";
    else if (!text_equal(state, "delivered"))
        TRY(error_set(error, STATUS_DATA,
                      "key \"%s\": the event is %s, the answer would make it %s", answer->key,
                      state, answer->state));
    else
        TRY(store_execute(store, &sql_mark_event_answered,
                          PARAMS(param_int64(rows_int64(event, 0, "id")), param_text(answer->state),
                                 param_text(answer->reason)),
                          NULL, error));

    *out_outcome = (DeliveryOutcome){0};
    (void)snprintf(out_outcome->event, sizeof out_outcome->event, "%s", answer->key);
    (void)snprintf(out_outcome->provider, sizeof out_outcome->provider, "%s", provider->name);
    (void)snprintf(out_outcome->upc, sizeof out_outcome->upc, "%s", rows_text(event, 0, "upc"));
    (void)snprintf(out_outcome->outcome, sizeof out_outcome->outcome, "%s", outcome);
    (void)snprintf(out_outcome->detail, sizeof out_outcome->detail, "%s",
                   answer->reason == NULL ? "" : answer->reason);

cleanup:
    rows_free(event);
    return status;
}

Status answer_read(Store *store, const Provider *provider, const char *path,
                   DeliveryOutcome *out_outcome, Error *error)
{
    Status status = STATUS_OK;
    json_t *document = NULL;
    Answer answer = {0};
    char *read_path = text_format("%s/read/%s", provider->answer_folder, path_name(path));

    TRY(load_document(path, &document, error));
    TRY(parse_answer(document, &answer, error));
    TRY(store_begin(store, error));
    TRY(apply_answer(store, provider, &answer, out_outcome, error));
    TRY(store_commit(store, error));
    // After the commit: a crash in between reads the same answer again, which changes nothing.
    TRY(file_move(path, read_path, error));

cleanup:
    if (status != STATUS_OK) {
        store_rollback(store);
        error_context(error, "answer file \"%s\"", path);
    }
    json_decref(document);
    free(read_path);
    return status;
}
