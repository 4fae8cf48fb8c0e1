#include "ingest/result.h"

#include "store/json.h"

static json_t *text_or_null(const char *text)
{
    return text == NULL || text[0] == '\0' ? json_null() : json_of_text(text);
}

static json_t *wide_or_null(int64_t number)
{
    return number == 0 ? json_null() : json_wide(number);
}

json_t *ingest_result_json(const IngestFile *file, const IngestResult *result)
{
    json_t *row = json_object();

    json_object_set_new(row, "feed", json_string(file->feed->name));
    json_object_set_new(row, "file", json_of_text(file->name));
    json_object_set_new(row, "sha256", text_or_null(result->sha256));
    json_object_set_new(row, "outcome", json_string(ingest_outcome_key(result->outcome)));
    json_object_set_new(row, "reason", text_or_null(result->reason));
    json_object_set_new(row, "batch", wide_or_null(result->batch));
    json_object_set_new(row, "rows_read", json_wide(result->rows_read));
    json_object_set_new(row, "counted", json_wide(result->counted));
    json_object_set_new(row, "duplicate", json_wide(result->duplicate));
    json_object_set_new(row, "rejected", json_wide(result->rejected));
    json_object_set_new(row, "conflict", json_wide(result->conflict));
    json_object_set_new(row, "first_id", wide_or_null(result->first_id));
    json_object_set_new(row, "last_id", wide_or_null(result->last_id));
    json_object_set_new(row, "streams", json_wide(result->streams));
    json_object_set_new(row, "monetised", json_wide(result->monetised));
    json_object_set_new(row, "cells", json_wide(result->cells));
    return row;
}
