#include "distribution/shelf.h"

#include "sql.h"

Status release_show(Store *store, const char *upc, ReleaseView *out_view, Error *error)
{
    Status status = STATUS_OK;
    Rows *code_rows = NULL;
    ReleaseView view = {0};

    TRY(store_query_row(store, &sql_release_code, PARAMS(param_text(upc)), &code_rows, error));

    Params code = PARAMS(param_int64(rows_int64(code_rows, 0, "code")));

    TRY(store_query(store, &sql_show_release, code, &view.release, error));
    if (rows_count(view.release) == 0)
        TRY(error_set(error, STATUS_DATA,
                      "release \"%s\": the catalogue has none of that code; `tidemark release "
                      "list` shows all",
                      upc));
    TRY(store_query(store, &sql_show_release_songs, code, &view.songs, error));
    TRY(store_query(store, &sql_show_release_history, code, &view.history, error));
    TRY(store_query(store, &sql_show_release_events, code, &view.events, error));
    *out_view = view;
    view = (ReleaseView){0};

cleanup:
    release_view_clear(&view);
    rows_free(code_rows);
    return status;
}

void release_view_clear(ReleaseView *view)
{
    rows_free(view->release);
    rows_free(view->songs);
    rows_free(view->history);
    rows_free(view->events);
    *view = (ReleaseView){0};
}

Status release_list(Store *store, const char *state, Rows **out_rows, Error *error)
{
    ReleaseState known = RELEASE_CREATED;

    if (state != NULL && !life_cycle_state_of(state, &known))
        return error_set(error, STATUS_USAGE,
                         "--state \"%s\": expected one of created, proposed, approved, "
                         "set_for_distribution, distributed, withdrawn",
                         state);
    return store_query(store, &sql_list_releases, PARAMS(param_text(state)), out_rows, error);
}

Status release_search(Store *store, const char *title, int most, Rows **out_rows, Error *error)
{
    return store_query(store, &sql_search_releases, PARAMS(param_text(title), param_int64(most)),
                       out_rows, error);
}
