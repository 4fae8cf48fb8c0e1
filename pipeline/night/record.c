#include "base/memory.h"
#include "base/text.h"
#include "night/night.h"
#include "store/json.h"

#include <stdlib.h>
#include <string.h>

// A night that refuses ten thousand files is told by its first ones; the log has them all.
enum { PROBLEMS_MAX = 20 };

// Arrays of a stage's document that are no table of it.
static const char *const sentences[] = {"said", "refused", "faults"};

static bool is_table(const char *name, const json_t *value)
{
    for (size_t i = 0; i < COUNT_OF(sentences); i++)
        if (strcmp(name, sentences[i]) == 0)
            return false;
    return json_is_array(value);
}

/** How many rows each table of the document has: {"files":7}. */
static json_t *counts_of(json_t *document)
{
    json_t *counts = json_object();
    const char *name = NULL;
    json_t *value = NULL;

    json_object_foreach(document, name, value)
    {
        if (is_table(name, value))
            (void)json_object_set_new(counts, name,
                                      json_integer((json_int_t)json_array_size(value)));
    }
    return counts;
}

/** The texts under `key` of an array's objects, PROBLEMS_MAX in all at most. */
static void add_problems(json_t *problems, const json_t *rows, const char *key)
{
    size_t index = 0;
    json_t *row = NULL;

    json_array_foreach(rows, index, row)
    {
        json_t *text = json_object_get(row, key);

        if (json_is_string(text) && json_array_size(problems) < PROBLEMS_MAX)
            (void)json_array_append(problems, text);
    }
}

static json_t *problems_of(const json_t *document)
{
    json_t *problems = json_array();

    add_problems(problems, json_object_get(document, "refused"), "error");
    add_problems(problems, json_object_get(document, "faults"), "message");
    return problems;
}

static void add_sentence(Text *text, const char *sentence)
{
    if (sentence != NULL)
        text_append_format(text, "%s%s", text->size_bytes == 0 ? "" : " ", sentence);
}

/** What a step said to people, and why it failed, in one line; the caller's, for free(). */
static char *sentences_of(const NightOutcome *outcome)
{
    Text text = {0};
    size_t index = 0;
    json_t *sentence = NULL;

    json_array_foreach(json_object_get(outcome->document, "said"), index, sentence)
        add_sentence(&text, json_string_value(sentence));
    add_sentence(&text, json_string_value(json_object_get(outcome->document, "error")));
    add_sentence(&text, outcome->note);
    return text_take(&text);
}

json_t *night_record(const NightStep *step, const NightOutcome *outcome)
{
    char *name = night_step_name(step);
    char *what = sentences_of(outcome);
    char *seconds = text_format("%.1f", outcome->seconds);
    bool has_status = outcome->executed || outcome->exit_status != STATUS_OK;
    json_t *record = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "step", name, "status",
                               has_status ? json_integer(outcome->exit_status) : json_null(),
                               "seconds", outcome->executed ? json_string(seconds) : json_null(),
                               "what", json_of_text(what), "counts", counts_of(outcome->document),
                               "problems", problems_of(outcome->document));

    free(seconds);
    free(what);
    free(name);
    return record;
}

char *night_steps_not_run(const json_t *records)
{
    Text names = {0};
    size_t index = 0;
    json_t *record = NULL;

    json_array_foreach(records, index, record)
    {
        const char *name = json_string_value(json_object_get(record, "step"));

        if (json_is_null(json_object_get(record, "seconds")))
            text_append_format(&names, "%s%s", names.size_bytes == 0 ? "" : ", ", name);
    }
    return names.size_bytes == 0 ? NULL : text_take(&names);
}
