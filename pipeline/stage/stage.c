#include "stage/stage.h"

#include "base/files.h"
#include "base/memory.h"
#include "stage/internal.h"
#include "store/json.h"
#include "store/migrate.h"

#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const char program_prefix[] = "tidemark-";

static Stage *stage_new(const char *argv0)
{
    Stage *stage = MEMORY_NEW(Stage, 1);
    const char *program = path_name(argv0);
    size_t prefix = text_starts_with(program, program_prefix) ? strlen(program_prefix) : 0;

    stage->program = memory_copy_text(program);
    stage->name = memory_copy_text(program + prefix);
    return stage;
}

/** The log's format is the environment's: it is needed before there are settings. */
static Status open_log(Stage *stage, Error *error)
{
    const char *format = getenv("TIDEMARK_LOG_FORMAT");
    bool as_json = text_equal(format, "json");
    LogOptions options = {.stage = stage->name,
                          .level = stage->line.is_quiet     ? LOG_ERROR
                                   : stage->line.is_verbose ? LOG_DEBUG
                                                            : LOG_INFO,
                          .as_json = as_json};

    stage->log = log_new(&options);
    if (format != NULL && *format != '\0' && !as_json && !text_equal(format, "logfmt"))
        return error_set(error, STATUS_CONFIG,
                         "TIDEMARK_LOG_FORMAT is \"%s\"; expected logfmt or json", format);
    return STATUS_OK;
}

/** For jansson: as malloc(), but memory is there, so that no call of it gives NULL for want of any.
 */
static void *allocate(size_t size_bytes)
{
    return memory_resize(NULL, size_bytes, 1);
}

static void begin_document(Stage *stage)
{
    char *schema = text_format("tidemark.%s/1", stage->name);

    json_set_alloc_funcs(allocate, free);
    stage->document = json_object();
    stage_value(stage, "schema", json_string(schema));
    stage_value(stage, "status", json_integer(STATUS_OK)); // its place; the value comes last
    stage_value(stage, "dry_run", json_boolean(stage->line.is_dry_run));
    free(schema);
}

static Status read_settings(Stage *stage, Error *error)
{
    Faults faults = {0};
    Status status = settings_read(stage->line.config_file, &stage->settings, &faults, error);

    if (status == STATUS_CONFIG)
        status = stage_faults(stage, &faults, STATUS_CONFIG, error);
    faults_free(&faults);
    return status;
}

Status stage_open(const struct argp *argp, int argc, char *argv[], void *options, Stage **out_stage,
                  Error *error)
{
    Status status = STATUS_OK;
    Stage *stage = stage_new(argv[0]);

    *out_stage = stage;
    // A reader of our output that goes away (head) must not end us in the middle: what is written
    // for nobody is an error like any other. Tables need to know what a character is.
    (void)signal(SIGPIPE, SIG_IGN);
    (void)setlocale(LC_CTYPE, "C.UTF-8");

    Status usage = command_line_parse(&stage->line, argp, argc, argv, options, error);
    Error log_error = {0};
    Status log_status = open_log(stage, &log_error);

    begin_document(stage);
    TRY(usage);
    if (log_status != STATUS_OK)
        *error = log_error;
    TRY(log_status);
    TRY(read_settings(stage, error));

cleanup:
    return status;
}

const Settings *stage_settings(const Stage *stage)
{
    return stage->settings;
}

Log *stage_log(const Stage *stage)
{
    return stage->log;
}

bool stage_is_dry_run(const Stage *stage)
{
    return stage->line.is_dry_run;
}

const char *stage_log_option(const Stage *stage)
{
    if (stage->line.is_quiet)
        return "--quiet";
    return stage->line.is_verbose ? "--verbose" : NULL;
}

Status stage_worst(const Stage *stage)
{
    return stage->worst;
}

Status stage_connect(Stage *stage, StageAccess access, Store **out_store, Error *error)
{
    Status status = STATUS_OK;
    Settings *built_in = stage->settings == NULL ? settings_built_in() : NULL;
    const Settings *settings = stage->settings == NULL ? built_in : stage->settings;
    StoreOptions options = {.application = stage->program,
                            .connect_timeout_s = settings->connect_timeout_s,
                            .lock_timeout_ms = settings->lock_timeout_ms,
                            .statement_timeout_ms = settings->statement_timeout_ms,
                            .tcp_user_timeout_ms = settings->tcp_user_timeout_ms};

    TRY(store_open(&options, &stage->store, error));
    if (access != STAGE_ANY_SCHEMA)
        TRY(migrate_check(stage->store, error));
    if (access == STAGE_ALONE)
        TRY(store_lock(stage->store, stage->program, &stage->lock, error));
    *out_store = stage->store;

cleanup:
    settings_free(built_in);
    return status;
}

Status stage_commit(Stage *stage, Store *store, Error *error)
{
    if (!stage->line.is_dry_run)
        return store_commit(store, error);
    store_rollback(store);
    stage_say(stage, "dry run: nothing was changed");
    return STATUS_OK;
}

Status stage_refuse(Stage *stage, Error *error)
{
    json_t *refused = json_object_get(stage->document, "refused");

    log_write(stage->log, LOG_ERROR, "%s", error->message);
    stage->worst = status_worse(stage->worst, error->status);
    if (refused == NULL) {
        refused = json_array();
        (void)json_object_set_new(stage->document, "refused", refused);
    }
    (void)json_array_append_new(refused, json_pack("{s:i, s:o}", "status", (int)error->status,
                                                   "error", json_of_text(error->message)));
    error_clear(error);
    return STATUS_OK;
}

Status stage_faults(Stage *stage, const Faults *faults, Status status, Error *error)
{
    json_t *list = json_array();

    for (size_t i = 0; i < faults->count; i++) {
        const Fault *fault = &faults->faults[i];
        char *text = fault_text(fault);

        if (faults->count > 1)
            log_write(stage->log, LOG_ERROR, "%s", text);
        free(text);
        (void)json_array_append_new(list, json_pack("{s:o, s:i, s:o}", "file",
                                                    json_of_text(fault->file), "line", fault->line,
                                                    "message", json_of_text(fault->message)));
    }
    stage_value(stage, "faults", list);
    if (faults->untold > 0)
        return error_set(error, status, "%zu faults: the first %zu are told above, and %zu more",
                         faults->count + faults->untold, faults->count, faults->untold);
    if (faults->count > 1)
        return error_set(error, status, "%zu faults, each told above", faults->count);
    return faults_status(faults, status, error);
}

static void stage_free(Stage *stage)
{
    store_unlock(stage->lock);
    store_close(stage->store);
    settings_free(stage->settings);
    json_decref(stage->document);
    log_free(stage->log);
    free(stage->program);
    free(stage->name);
    free(stage);
}

int stage_close(Stage *stage, Status status, Error *error)
{
    Error output_error = {0};
    Status worst = status_worse(stage->worst, status);

    stage_value(stage, "status", json_integer(worst));
    if (status != STATUS_OK)
        stage_value(stage, "error", json_of_text(error->message));

    Status output = stage_end_output(stage, &output_error);

    if (output != STATUS_OK)
        log_write(stage->log, LOG_ERROR, "%s", output_error.message);
    if (status != STATUS_OK)
        log_write(stage->log, LOG_ERROR, "%s", error->message);
    worst = status_worse(worst, output);
    stage_free(stage);
    return (int)worst;
}
