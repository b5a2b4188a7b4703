/* SPDX-License-Identifier: BSD-3-Clause */
/* help, help COMMAND, help @GROUP, help \watch: rows of the shell's own commands. */
#ifndef VK_HELP_H
#define VK_HELP_H

#include "meta.h"

meta_fn help_meta;

#endif
