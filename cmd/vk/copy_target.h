/* SPDX-License-Identifier: BSD-3-Clause */
/* Where keys are put: who the server is, and whether its owner wants that. */
#ifndef VK_COPY_TARGET_H
#define VK_COPY_TARGET_H

#include "wire.h"

/* Connect, and take the whole cluster when the server is a node of one. version: of the server, ""
 * when it does not say; *clock_us: its clock, less our own monotonic one. Turns the loop. */
int copy_target_connect(struct wire *w, char *version, size_t cap, int64_t *clock_us,
                        struct err *e) MUST_CHECK;
/* May keys be written? Asks on the terminal when the profile is one of production or staging and
 * somebody is there. VK_EAUTH: who only reads; VK_ECANCEL: it was asked and not confirmed. */
int copy_target_confirm(struct wire *w, struct err *e) MUST_CHECK;

#endif
