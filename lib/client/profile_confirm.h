/* SPDX-License-Identifier: BSD-3-Clause */
/* A question before something is done to a profile's server, as its environment wants it. */
#ifndef CLIENT_PROFILE_CONFIRM_H
#define CLIENT_PROFILE_CONFIRM_H

#include "client/profile.h"

/* Ask on the terminal whether to do it ("send it"): in production the profile's name is the answer,
 * elsewhere y. What the question is about has been said before. VK_ECANCEL: the answer was another;
 * VK_EFILE: there is no terminal. */
int profile_confirm(const struct profile *p, const char *to_do, struct err *e) MUST_CHECK;

#endif
