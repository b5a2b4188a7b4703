/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line against a profile: which keys give way to what was typed. Private to profile. */
#ifndef CLIENT_PROFILE_TYPED_H
#define CLIENT_PROFILE_TYPED_H

#include "client/profile.h"

/* Something typed sets the same as the profile's key, or something that excludes it: another way to
 * the server, or to its password. */
bool profile_typed_ousts(const struct opt_program *program, const struct profile_typed typed[2],
                         const char *key);

#endif
