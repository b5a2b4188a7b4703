/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands that people want to be asked about, and commands that somebody who only reads does not
 * send: told from the words and from what is known of the command. Scripts (EVAL, FCALL) are not
 * seen through. */
#ifndef CORE_HAZARD_H
#define CORE_HAZARD_H

#include "core/command.h"

enum hazard {
    HAZARD_NONE,
    HAZARD_DISTURBS, /* of the category @dangerous and more than a question, or it walks through
                        the whole keyspace: others may feel it */
    HAZARD_DESTROYS, /* data of more than a few keys are gone, or the server is */
};

/* argv is the command itself, without a target in front; info what is known of it, NULL = nothing.
 * what: a phrase that fits behind the command's name ("deletes every key of every database"); ""
 * with HAZARD_NONE. */
enum hazard hazard_of(const struct command_info *info, int argc, const char *const *argv,
                      const size_t *lens, const char **what);

/* Why who only reads must not send it, a phrase as above ("writes"); NULL: he may. What is not
 * known he must not. */
const char *hazard_to_reader(const struct command_info *info, int argc, const char *const *argv,
                             const size_t *lens);

#endif
