/* SPDX-License-Identifier: BSD-3-Clause */
/* \watch N COMMAND: the command every N seconds, its reply drawn in place, what is new in it
 * highlighted, until Ctrl-C. It goes on over errors and lost connections. */
#ifndef VK_WATCH_H
#define VK_WATCH_H

#include "meta.h"

meta_fn watch_meta;

#endif
