#include "night/show.h"

#include "base/memory.h"

static const ResultColumn step_columns[] = {{"step", "STEP", false},
                                            {"status", "STATUS", true},
                                            {"seconds", "SECONDS", true},
                                            {"what", "WHAT", false}};
static const ResultColumn problem_columns[] = {{"step", "STEP", false},
                                               {"problem", "PROBLEM", false}};

static json_t *problems_of(const json_t *records)
{
    json_t *rows = json_array();
    size_t step = 0;
    json_t *record = NULL;

    json_array_foreach(records, step, record)
    {
        size_t index = 0;
        json_t *problem = NULL;

        json_array_foreach(json_object_get(record, "problems"), index, problem)(void)
            json_array_append_new(rows,
                                  json_pack("{s:O, s:O}", "step", json_object_get(record, "step"),
                                            "problem", problem));
    }
    return rows;
}

Status night_show(Stage *stage, json_t *records, Error *error)
{
    Status status = STATUS_OK;
    json_t *steps = json_array();

    (void)json_array_extend(steps, records);
    TRY(stage_table(stage, "steps", json_incref(steps), step_columns, COUNT_OF(step_columns),
                    error));
    TRY(stage_table(stage, "problems", problems_of(records), problem_columns,
                    COUNT_OF(problem_columns), error));

cleanup:
    json_decref(steps);
    return status;
}
