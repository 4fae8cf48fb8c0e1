#ifndef TIDEMARK_INGEST_PROPOSAL_H
#define TIDEMARK_INGEST_PROPOSAL_H

#include "settings/settings.h"

#include <jansson.h>

/** The settings of a feed as a file of it lets one guess them: for a person to go on from. */
typedef struct Proposal {
    char *yaml;      // a file for feeds/, each choice with its reason as a comment
    json_t *choices; // {"key","reason"}: the same reasons
} Proposal;

/**
 * Reads a file's beginning and proposes a layout. `provider` may be NULL: the one that its folder or
 * name begins with, or the only one. STATUS_USAGE: there is no such provider; STATUS_DATA: the file
 * is damaged, or no table. *out_proposal is the caller's, for proposal_clear().
 */
Status proposal_for_file(const char *path, const char *provider, const Settings *settings,
                         Proposal *out_proposal, Error *error);
void proposal_clear(Proposal *proposal);

#endif
