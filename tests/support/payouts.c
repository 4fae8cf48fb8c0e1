#include "support/payouts.h"

#include "base/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const file_names[] = {"payments.csv", "lines.csv.gz", "manifest.json"};

char *payout_digests(Night *night, const char *folder, const char *run)
{
    Text text = {0};

    for (size_t i = 0; i < COUNT_OF(file_names); i++) {
        Error error = {0};
        char sha256[DIGEST_TEXT_BYTES];
        int64_t size_bytes = 0;
        char *place = text_format("%s/%s/%s", folder, run, file_names[i]);

        if (digest_file(night_path(night, place), sha256, &size_bytes, &error) != STATUS_OK)
            fail_msg("%s", error.message);
        text_append_format(&text, "%s ", sha256);
        free(place);
    }
    return text_take(&text);
}

void assert_payout_digests(Night *night, const char *folder, const char *run, const char *expected)
{
    char *found = payout_digests(night, folder, run);

    assert_string_equal(found, expected);
    free(found);
}

void payout_earn(Night *night, const char *day)
{
    money_run(night, "UPDATE tidemark.payee SET minimum = 0");
    money_batch(night, day,
                "'" UPC_1 " " ISRC_1 " DE premium 1000 1000 -', '" UPC_1 " " ISRC_2
                " FR free 333 333 -'");
    money_accrue(night);
}

char *payout_first(Night *night)
{
    payout_earn(night, "2026-11-01");
    night_run(night, 0, "tidemark-export", "--date", "2026-11-24", NULL);
    return payout_digests(night, "payouts", "000001");
}
