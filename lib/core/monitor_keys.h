/* SPDX-License-Identifier: BSD-3-Clause */
/* The keys of a command as MONITOR shows it. */
#ifndef CORE_MONITOR_KEYS_H
#define CORE_MONITOR_KEYS_H

#include "core/command.h"
#include "core/monitor.h"

/* What is known of it; takes its second word apart where that matters. NULL = nothing. */
const struct command_info *monitor_keys_command(struct monitor *m);
/* Where its keys are in m->ev.argv: how many, at most max of them written. Takes apart no more
 * arguments than needed. Of a command that is not known (a module's), as nearly all of them have
 * it, the first argument. */
int monitor_keys_find(struct monitor *m, const struct command_info *info, int *positions, int max);

#endif
