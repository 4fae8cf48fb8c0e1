#ifndef TIDEMARK_GUESS_PARTS_H
#define TIDEMARK_GUESS_PARTS_H

#include "guess/guess.h"
#include "report/arena.h"
#include "report/times.h"

/** What a guess is made of, for this room alone, in the order of its steps. */

/** Adds a sentence; whatever values of the file it shows, it is printable afterwards. */
void guess_because(Guess *guess, const char *key, const char *format, ...) PRINTF_LIKE(3, 4);
/** For "%.*s": a value of the file, cut to what a sentence can hold. */
#define GUESS_SHOWN(slice)                                    \
    (int)((slice).size_bytes < 40 ? (slice).size_bytes : 40), \
        (slice).bytes == NULL ? "" : (slice).bytes

// ---- bytes → text → table (text.c, table.c)

/** Decides layout.encoding; the text is UTF-8 where it can be. STATUS_DATA: it is no text. */
Status guess_text(const GuessSample *sample, Guess *guess, Text *out_text, Error *error);

enum { GUESS_ROWS_MAX = 2000 }; // of the sample that are looked at

/** The rows of one width, a slice a field. */
typedef struct GuessTable {
    Arena texts;
    Slice *fields; // of row r and column c: fields[r * width + c], trimmed
    size_t width;
    size_t row_count;
    int64_t *lines; // at which the rows begin
    char **names;   // of the header, by which columns can be found; NULL: by its place only
} GuessTable;

/** Without the line that the sample's end has cut. */
Slice guess_whole_lines(Slice text, bool is_whole);
/** Decides all of the layout's `file` but the encoding. STATUS_DATA: it is no table. */
Status guess_table(Slice text, bool is_whole, Guess *guess, GuessTable *out_table, Error *error);
void guess_table_clear(GuessTable *table);

// ---- words (names.c)

/** Small letters without accents and digits, words parted by one blank; the caller's, for free(). */
char *guess_folded(Slice text);
/** How well a column's name says a role; 0: not at all. */
int guess_name_score(ColumnRole role, const char *name);
/** Whether a folded text has one of these words, which are parted by blanks; or none but them. */
bool guess_has_word(const char *folded, const char *words);
bool guess_has_only_words(const char *folded, const char *words);
/** The first word of a name that is a currency, in `letters`. */
bool guess_currency_in_name(const char *name, char letters[4]);

// ---- values (values.c)

typedef enum GuessShape {
    SHAPE_ISRC,
    SHAPE_GTIN,      // with the right check digit
    SHAPE_RELEASE,   // a GTIN with whatever check digit, or a GRid
    SHAPE_TERRITORY, // two letters of ISO 3166, or of what providers use beside them
    SHAPE_LETTERS,   // letters and blanks alone
    SHAPE_CURRENCY,  // three letters of ISO 4217
    SHAPE_TIER,      // a word such as premium
    SHAPE_INTEGER,   // with or without a sign
    SHAPE_POINT,     // a number, if the decimal point is "."
    SHAPE_COMMA,     // a number, if it is ","
    SHAPE_CLOCK,     // [h:]mm:ss
    SHAPE_FLAG,      // a word that means yes or no
    SHAPE_MARKER,    // words alone that rows of totals are marked with
    GUESS_SHAPES
} GuessShape;

/** The shapes that a trimmed value has, a bit each: 1u << SHAPE_ISRC … */
unsigned guess_shapes(Slice value);
/** Whether a value means yes (1), no (0), or neither (-1). */
int guess_flag_meaning(Slice value);
/** What stands for no where `value` means yes, and the other way round; NULL: nothing known. */
const char *guess_flag_opposite(Slice value);

// ---- times (times.c)

typedef struct GuessTime {
    TimeFormat format;
    char pattern[40];       // of TIME_PATTERN
    char other_pattern[40]; // day and month exchanged, which fits all values too; "": does not
    bool is_undecided;      // by it the values lie as near to each other
    size_t fitting;         // values that it reads
    bool has_clock;         // it tells more than a day
    bool is_month;          // it tells less than a day
} GuessTime;

/** The days of UTC, for times that the feed's zone would move by a day at most; for free(). */
Instant *guess_utc_days(DayTable *out_days);
/**
 * The format that reads most of the values, and of equals the one by which they lie nearest to each
 * other. `to` (NULL: there is none) has the last days of the periods that `from` begins. False: none
 * reads any.
 */
bool guess_time(const Slice from[], const Slice to[], size_t count, const DayTable *days,
                GuessTime *out_time);

// ---- columns (columns.c, roles.c)

enum { GUESS_DISTINCT_MAX = 32 };

typedef struct GuessColumn {
    const char *name; // NULL: it has none
    size_t filled;    // rows that have a value in it
    size_t with[GUESS_SHAPES];
    Slice distinct[GUESS_DISTINCT_MAX];
    size_t distinct_count;           // GUESS_DISTINCT_MAX: so many or more
    Slice flags[GUESS_DISTINCT_MAX]; // those of its values that mean yes or no
    size_t flag_count;
    size_t rising;      // whole numbers that are above the one before
    size_t consecutive; // by one
    GuessTime time;
} GuessColumn;

/** A value of a column that has one, for a sentence; empty where it has none. */
Slice guess_example(const GuessTable *table, size_t column);
/** Its columns, in order; for free(). */
GuessColumn *guess_columns(const GuessTable *table, const DayTable *days);

enum { GUESS_NONE = -1 };

/** What is known of the table when its roles are given. */
typedef struct GuessRoles {
    const GuessTable *table;
    const GuessColumn *columns;
    const DayTable *days;
    const char *file_name;
    int field[COLUMN_ROLES]; // GUESS_NONE: no column
} GuessRoles;

/** Gives each role the column that is most like it; sets their `columns` in the layout. */
void guess_roles(GuessRoles *roles, Guess *guess);

// ---- meaning (meaning.c, file_name.c)

/** Whether the layout has the role from anywhere. */
bool guess_has(const Guess *guess, ColumnRole role);
/** What the file's name tells that its rows do not. */
void guess_file_name(const GuessRoles *roles, Guess *guess);
/** Formats and units of what the roles hold, identity and what is monetised. */
void guess_meaning(GuessRoles *roles, Guess *guess);

// ---- trial (trial.c)

/** Has the layout read the sample, leaves out rows that are none, and says what came of it. */
void guess_trial(Slice text, bool is_whole, const GuessRoles *roles, Guess *guess);

#endif
