#include "outbox/delivery.h"

#include "base/memory.h"
#include "base/text.h"
#include "sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fill_outcome(DeliveryOutcome *outcome, const Rows *rows, const char *result,
                         const char *detail)
{
    *outcome = (DeliveryOutcome){0};
    (void)snprintf(outcome->event, sizeof outcome->event, "%s", rows_text(rows, 0, "key"));
    (void)snprintf(outcome->provider, sizeof outcome->provider, "%s",
                   rows_text(rows, 0, "provider"));
    (void)snprintf(outcome->upc, sizeof outcome->upc, "%s", rows_text(rows, 0, "upc"));
    (void)snprintf(outcome->outcome, sizeof outcome->outcome, "%s", result);
    (void)snprintf(outcome->detail, sizeof outcome->detail, "%s", detail);
}

static Status mark_failed(Store *store, const Provider *provider, const Rows *event,
                          const Error *failure, DeliveryOutcome *out_outcome, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_query_row(
        store, &sql_mark_event_failed,
        PARAMS(param_int64(rows_int64(event, 0, "id")), param_text(failure->message),
               param_int64(provider->delivery_attempts_max), param_int64(provider->retry_minutes)),
        &rows, error));
    fill_outcome(out_outcome, event,
                 strcmp(rows_text(rows, 0, "state"), "given_up") == 0 ? "given_up" : "failed",
                 failure->message);

cleanup:
    rows_free(rows);
    return status;
}

static Status hand_over(Store *store, const Settings *settings, const Channel *channel,
                        const Rows *event, DeliveryOutcome *out_outcome, Error *error)
{
    const Provider *provider = settings_provider(settings, rows_text(event, 0, "provider"));
    Error failure = {0};

    if (channel->deliver(provider, rows_text(event, 0, "key"), rows_text(event, 0, "payload"),
                         &failure) != STATUS_OK)
        return mark_failed(store, provider, event, &failure, out_outcome, error);
    fill_outcome(out_outcome, event, "delivered", "");
    return store_execute(store, &sql_mark_event_delivered,
                         PARAMS(param_int64(rows_int64(event, 0, "id"))), NULL, error);
}

/** The providers that get releases now. The names are the settings', the array the caller's, for
 * free(). */
static const char **receiver_names(const Settings *settings, size_t *out_count)
{
    const char **names = MEMORY_NEW(const char *, settings->provider_count);
    size_t count = 0;

    for (size_t i = 0; i < settings->provider_count; i++)
        if (settings->providers[i].drop_folder != NULL)
            names[count++] = settings->providers[i].name;
    *out_count = count;
    return names;
}

Status deliver_pending(Store *store, const Settings *settings, Rows **out_rows, Error *error)
{
    size_t name_count = 0;
    const char **names = receiver_names(settings, &name_count);
    Status status = store_query(store, &sql_pending_events,
                                PARAMS(param_text_array(names, name_count)), out_rows, error);

    free(names);
    return status;
}

Status deliver_next(Store *store, const Settings *settings, const Channel *channel, int64_t *after,
                    bool *out_more, DeliveryOutcome *out_outcome, Error *error)
{
    Status status = STATUS_OK;
    size_t name_count = 0;
    const char **names = receiver_names(settings, &name_count);
    Rows *event = NULL;

    TRY(store_begin(store, error));
    TRY(store_query(store, &sql_lock_next_event,
                    PARAMS(param_int64(*after), param_text_array(names, name_count)), &event,
                    error));
    if (rows_count(event) > 0)
        TRY(hand_over(store, settings, channel, event, out_outcome, error));
    TRY(store_commit(store, error));

    *out_more = rows_count(event) > 0;
    if (*out_more)
        *after = rows_int64(event, 0, "id");

cleanup:
    if (status != STATUS_OK)
        store_rollback(store);
    rows_free(event);
    free(names);
    return status;
}
