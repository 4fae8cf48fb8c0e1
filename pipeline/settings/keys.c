#include "settings/keys.h"

#include "settings/types.h"

#include <limits.h>

// Versions of clang-format differ over braces in a macro.
// clang-format off
#define TABLE(array) {.keys = (array), .count = COUNT_OF(array)}
// clang-format on

static const Key folder_keys[] = {
    {.name = "inbox",
     .type = &type_folder,
     .offset = offsetof(Settings, inbox_folder),
     .default_text = "../inbox",
     .help = "a folder for each feed, where its report files come in"},
    {.name = "archive",
     .type = &type_folder,
     .offset = offsetof(Settings, archive_folder),
     .default_text = "../archive",
     .help = "counted report files, for ever: on the file system of the inbox, in the backup"},
    {.name = "payouts",
     .type = &type_folder,
     .offset = offsetof(Settings, payout_folder),
     .default_text = "../payouts",
     .help = "a folder for each payout run, with its payment files"},
    {.name = "rejects",
     .type = &type_folder,
     .offset = offsetof(Settings, reject_folder),
     .default_text = "../rejects",
     .help = "rows that could not be counted, a file for each report file"},
};
static const KeyTable folder_table = TABLE(folder_keys);

static const Key database_keys[] = {
    {.name = "connect_timeout_s",
     .type = &type_number,
     .offset = offsetof(Settings, connect_timeout_s),
     .default_text = "10",
     .min = 1,
     .max = 600,
     .help = "how long a connection may take to be made"},
    {.name = "lock_timeout_ms",
     .type = &type_number,
     .offset = offsetof(Settings, lock_timeout_ms),
     .default_text = "30000",
     .min = 1,
     .max = 3600000,
     .help = "how long to wait for what another transaction holds; then exit status 75"},
    {.name = "statement_timeout_ms",
     .type = &type_number,
     .offset = offsetof(Settings, statement_timeout_ms),
     .default_text = "0",
     .min = 0,
     .max = INT_MAX,
     .help = "how long one statement may take; 0 is without end"},
    {.name = "tcp_user_timeout_ms",
     .type = &type_number,
     .offset = offsetof(Settings, tcp_user_timeout_ms),
     .default_text = "30000",
     .min = 0,
     .max = 3600000,
     .help = "how long a server may leave what was sent without an answer; 0 is the system's"},
};
static const KeyTable database_table = TABLE(database_keys);

static const Key ingest_keys[] = {
    {.name = "jobs",
     .type = &type_number,
     .offset = offsetof(Settings, ingest_jobs),
     .default_text = "1",
     .min = 1,
     .max = INGEST_JOBS_MAX,
     .help = "how many report files are read at once, where ingest --jobs does not say; each keeps "
             "two processors busy"},
    {.name = "memory_mb_max",
     .type = &type_number,
     .offset = offsetof(Settings, ingest_memory_mb_max),
     .default_text = "256",
     .min = 1,
     .max = 1048576,
     .help = "how much memory ingest may take, about; where a report needs more, it is stored in "
             "pieces, and takes longer; each file that is read at once needs 17"},
};
static const KeyTable ingest_table = TABLE(ingest_keys);

static const Key night_keys[] = {
    {.name = "deadline",
     .type = &type_seconds,
     .offset = offsetof(Settings, night_deadline_seconds),
     .default_text = "6 h",
     .min = 1,
     .max = 86400,
     .help = "after so long a night ends its stage, and begins no further one"},
};
static const KeyTable night_table = TABLE(night_keys);

static const Word due_words[] = {
    {"daily", REQUEST_DUE_DAILY}, {"monthly", REQUEST_DUE_MONTHLY}, {NULL, 0}};

static const Key request_keys[] = {
    {.name = "due",
     .type = &type_word,
     .offset = offsetof(Settings, request_due),
     .default_text = "daily",
     .words = due_words,
     .help = "when payment requests are made without asking for a payee"},
    {.name = "day_of_month",
     .type = &type_number,
     .offset = offsetof(Settings, request_day_of_month),
     .default_text = "1",
     .min = 1,
     .max = 28,
     .help = "the day for monthly; where it was missed, the next night"},
    {.name = "zone",
     .type = &type_zone,
     .offset = offsetof(Settings, payout_zone),
     .default_text = "UTC",
     .help = "whose day it is when requests are due and entries are dated"},
};
static const KeyTable request_table = TABLE(request_keys);

static const Key payer_keys[] = {
    {.name = "name",
     .type = &type_text,
     .offset = offsetof(Settings, payer_name),
     .is_required = true,
     .help = "who pays, as payment files name it"},
};
static const KeyTable payer_table = TABLE(payer_keys);

static const Key delivery_keys[] = {
    {.name = "attempts_max",
     .type = &type_number,
     .offset = offsetof(Provider, delivery_attempts_max),
     .default_text = "8",
     .min = 1,
     .max = 100,
     .help = "attempts to deliver an event before a person must look"},
    {.name = "retry_minutes",
     .type = &type_number,
     .offset = offsetof(Provider, retry_minutes),
     .default_text = "15",
     .min = 1,
     .max = 1440,
     .help = "from the first attempt to the second; doubled each time"},
};
static const KeyTable delivery_table = TABLE(delivery_keys);

static const Key one_provider_keys[] = {
    {.name = "zone",
     .type = &type_zone,
     .offset = offsetof(Provider, zone),
     .is_required = true,
     .help = "whose date decides that a release is due"},
    {.name = "lead_time_days",
     .type = &type_number,
     .offset = offsetof(Provider, lead_time_days),
     .default_text = "0",
     .min = 0,
     .max = 365,
     .help = "how long before its date the provider wants a release"},
    {.name = "drop_folder",
     .type = &type_folder,
     .offset = offsetof(Provider, drop_folder),
     .help = "where releases are delivered; without it the provider gets none"},
    {.name = "answer_folder",
     .type = &type_folder,
     .offset = offsetof(Provider, answer_folder),
     .help = "where the provider's answers to deliveries come in"},
    {.name = "delivery",
     .table = &delivery_table,
     .help = "how a delivery that fails is tried again"},
};
const KeyTable provider_keys = TABLE(one_provider_keys);

static const Key settings_file_keys[] = {
    {.name = "folders", .table = &folder_table, .help = "relative to this file's folder"},
    {.name = "database",
     .table = &database_table,
     .help = "limits; the connection itself is libpq's (PGHOST, PGSERVICE, ~/.pgpass …)"},
    {.name = "ingest", .table = &ingest_table, .help = "reading and counting report files"},
    {.name = "night", .table = &night_table, .help = "the run of all stages"},
    {.name = "requests", .table = &request_table, .help = "payment requests"},
    {.name = "payer", .table = &payer_table, .help = "whose money it is"},
    {.name = "providers",
     .type = &type_providers,
     .table = &provider_keys,
     .help = "streaming platforms, each under a name of your own"},
};
const KeyTable main_keys = TABLE(settings_file_keys);

static const Key one_column_keys[] = {
    {.name = "name",
     .type = &type_text,
     .offset = offsetof(LayoutColumn, name),
     .help = "the column of this name in the header, as a bare text says it too"},
    {.name = "position",
     .type = &type_number,
     .offset = offsetof(LayoutColumn, position),
     .min = 1,
     .max = 1024,
     .help = "the column at this place, from 1"},
    {.name = "constant",
     .type = &type_text,
     .offset = offsetof(LayoutColumn, constant),
     .help = "no column: this value for all rows"},
    {.name = "name_part",
     .type = &type_text,
     .offset = offsetof(LayoutColumn, name_part),
     .help = "no column: a {part} of the file's name, see file.name_pattern"},
};
const KeyTable column_keys = TABLE(one_column_keys);

static const Key one_filter_keys[] = {
    {.name = "column",
     .type = &type_column,
     .offset = offsetof(LayoutFilter, column),
     .is_required = true,
     .help = "the column whose value decides"},
    {.name = "values",
     .type = &type_texts,
     .offset = offsetof(LayoutFilter, values),
     .count_offset = offsetof(LayoutFilter, value_count),
     .is_required = true,
     .help = "the values, exactly as they stand in the file"},
};
const KeyTable filter_keys = TABLE(one_filter_keys);
