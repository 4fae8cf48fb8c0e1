#include "distribution/release.h"

#include "catalogue/version.h"
#include "outbox/outbox.h"
#include "sql.h"

static Status find_code(Store *store, const char *upc, int64_t *out_code, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_query_row(store, &sql_release_code, PARAMS(param_text(upc)), &rows, error));
    if (rows_is_null(rows, 0, "code"))
        TRY(error_set(error, STATUS_DATA,
                      "release \"%s\": no UPC, EAN or GRid; expected 8, 12, 13 or 14 digits with a "
                      "right check "
                      "digit, or A1 and 16 letters or digits",
                      upc));
    *out_code = rows_int64(rows, 0, "code");

cleanup:
    rows_free(rows);
    return status;
}

static Status write_history(Store *store, int64_t code, const char *from_state,
                            const char *to_state, Day date, const char *reason, Error *error)
{
    return store_execute(store, &sql_insert_release_history,
                         PARAMS(param_int64(code), param_text(from_state), param_text(to_state),
                                param_day(date), param_text(reason)),
                         NULL, error);
}

Status release_create(Store *store, const ReleaseDraft *draft, Error *error)
{
    Status status = STATUS_OK;
    int64_t code = 0;
    int64_t version = 0;
    int64_t made = 0;

    TRY(store_execute(store, &sql_insert_grid, PARAMS(param_text(draft->upc)), NULL, error));
    TRY(find_code(store, draft->upc, &code, error));
    TRY(catalogue_new_version(store, "release create", NULL, &version, error));
    TRY(store_execute(store, &sql_insert_release,
                      PARAMS(param_int64(code), param_text(draft->title), param_text(draft->artist),
                             param_int64(version)),
                      &made, error));
    if (made == 0)
        TRY(error_set(error, STATUS_DATA,
                      "release \"%s\": it exists already, or the catalogue has no artist \"%s\"; "
                      "`tidemark release "
                      "show %s` tells",
                      draft->upc, draft->artist, draft->upc));
    TRY(write_history(store, code, NULL, life_cycle_state_name(RELEASE_CREATED), DAY_NONE,
                      draft->reason, error));

cleanup:
    return status;
}

/** A release under lock: where it stands, and what its next change depends on. */
typedef struct LockedRelease {
    int64_t code;
    ReleaseLife life;
    Rows *rows; // of lock_release.sql
} LockedRelease;

static Status lock_release(Store *store, const char *upc, LockedRelease *out_release, Error *error)
{
    Status status = STATUS_OK;
    LockedRelease release = {0};

    TRY(find_code(store, upc, &release.code, error));
    TRY(store_query(store, &sql_lock_release, PARAMS(param_int64(release.code)), &release.rows,
                    error));
    if (rows_count(release.rows) == 0)
        TRY(error_set(error, STATUS_DATA, "release \"%s\": the catalogue has none of that code",
                      upc));
    if (!life_cycle_state_of(rows_text(release.rows, 0, "state"), &release.life.state))
        TRY(error_set(error, STATUS_BUG,
                      "release \"%s\": its state \"%s\" is unknown to this program", upc,
                      rows_text(release.rows, 0, "state")));

    Day proposed_date = rows_day(release.rows, 0, "proposed_date");
    Day approved_date = rows_day(release.rows, 0, "approved_date");

    // Both members begin with the proposed date.
    release.life.approved.proposed_date = proposed_date;
    release.life.approved.approved_date = approved_date;
    *out_release = release;
    release.rows = NULL;

cleanup:
    rows_free(release.rows);
    return status;
}

Status release_add_song(Store *store, const ReleaseSong *song, Error *error)
{
    Status status = STATUS_OK;
    LockedRelease release = {0};
    Rows *place = NULL;
    int64_t version = 0;

    // First, as imports do: what is checked below cannot change until the commit.
    TRY(catalogue_new_version(store, "release add-song", NULL, &version, error));
    TRY(lock_release(store, song->upc, &release, error));
    if (!life_cycle_takes_songs(release.life.state))
        TRY(error_set(error, STATUS_DATA,
                      "release \"%s\" is %s: songs can be added only before approval", song->upc,
                      life_cycle_state_name(release.life.state)));
    TRY(store_query_row(store, &sql_song_position,
                        PARAMS(param_int64(release.code), param_text(song->isrc)), &place, error));
    if (rows_is_null(place, 0, "recording"))
        TRY(error_set(error, STATUS_DATA, "song \"%s\": no ISRC; expected like GBABC2600001",
                      song->isrc));
    if (rows_bool(place, 0, "is_on_it"))
        TRY(error_set(error, STATUS_DATA, "song \"%s\" is on release \"%s\" already", song->isrc,
                      song->upc));
    if (!rows_bool(place, 0, "is_known") && song->title == NULL)
        TRY(error_set(error, STATUS_DATA,
                      "song \"%s\": the catalogue has no such recording; give its title with "
                      "--title to make it",
                      song->isrc));
    if (song->is_primary && rows_bool(place, 0, "has_other_primary"))
        TRY(error_set(error, STATUS_DATA, "song \"%s\" has another primary release already",
                      song->isrc));

    int64_t recording = rows_int64(place, 0, "recording");

    if (!rows_bool(place, 0, "is_known"))
        TRY(store_execute(store, &sql_insert_song_recording,
                          PARAMS(param_int64(recording), param_text(song->title),
                                 param_int64(release.code), param_int64(version)),
                          NULL, error));
    TRY(store_execute(store, &sql_insert_song,
                      PARAMS(param_int64(release.code), param_int64(recording),
                             param_int64(rows_int64(place, 0, "position")),
                             param_bool(song->is_primary), param_int64(version)),
                      NULL, error));

cleanup:
    rows_free(place);
    rows_free(release.rows);
    return status;
}

static Status check_label(const LockedRelease *release, const ReleaseChange *change, Error *error)
{
    const char *own_label = rows_text(release->rows, 0, "label");

    if (change->action != RELEASE_APPROVE || text_equal(own_label, change->label))
        return STATUS_OK;
    return error_set(
        error, STATUS_PERMISSION,
        "release \"%s\": label \"%s\" may not approve it, only its artist's own, \"%s\"",
        change->upc, change->label, own_label);
}

static Status check_songs(const LockedRelease *release, const ReleaseChange *change, Error *error)
{
    if ((change->action != RELEASE_APPROVE && change->action != RELEASE_SET) ||
        rows_int64(release->rows, 0, "songs") > 0)
        return STATUS_OK;
    return error_set(
        error, STATUS_DATA,
        "release \"%s\": cannot %s what has no song; `tidemark release add-song` adds one",
        change->upc, life_cycle_action_name(change->action));
}

static Day date_of(const ReleaseLife *life)
{
    switch (life->state) {
    case RELEASE_PROPOSED:
        return life->proposed.proposed_date;
    case RELEASE_APPROVED:
    case RELEASE_SET_FOR_DISTRIBUTION:
    case RELEASE_DISTRIBUTED:
        return life->approved.approved_date;
    case RELEASE_CREATED:
    case RELEASE_WITHDRAWN:
    case RELEASE_STATES:
        break;
    }
    return DAY_NONE;
}

Status release_change(Store *store, const ReleaseChange *change, Error *error)
{
    Status status = STATUS_OK;
    LockedRelease release = {0};
    ReleaseLife next = {0};

    TRY(lock_release(store, change->upc, &release, error));
    TRY(check_label(&release, change, error));
    TRY(life_cycle_apply(&release.life, change->action, change->date, &next, error));
    TRY(check_songs(&release, change, error));
    // The union's longest member has both dates; a state that has none of them stores none.
    TRY(store_execute(
        store, &sql_update_release_state,
        PARAMS(param_int64(release.code), param_text(life_cycle_state_name(next.state)),
               param_day(next.approved.proposed_date), param_day(next.approved.approved_date)),
        NULL, error));
    TRY(write_history(store, release.code, life_cycle_state_name(release.life.state),
                      life_cycle_state_name(next.state), date_of(&next), change->reason, error));
    if (change->action == RELEASE_WITHDRAW)
        TRY(outbox_announce_withdrawal(store, release.code, error));

cleanup:
    if (status != STATUS_OK && !text_starts_with(error->message, "release "))
        error_context(error, "release \"%s\"", change->upc);
    rows_free(release.rows);
    return status;
}
