/* SPDX-License-Identifier: BSD-3-Clause */
/* --hotkeys: the keys that are used most. Under an LFU policy the servers count that themselves,
 * and a walk reads their counters; else a sample of MONITOR, bounded in time and lines, is counted
 * here. */
#ifndef VK_HOTKEYS_H
#define VK_HOTKEYS_H

#include "run.h"

int hotkeys_main(struct run *r);
/* hotkeys_face.c: as the tool has it. */
int hotkeys_face(struct run *r);

#endif
