/* SPDX-License-Identifier: BSD-3-Clause */
/* What the compatible faces' tool says of a transfer, on standard error. */
#ifndef VK_DUMP_TOOL_H
#define VK_DUMP_TOOL_H

#include "dump_file.h"

void dump_tool_begin(const struct dump_file *f);
void dump_tool_end(const struct dump_file *f);
/* f->why in the tool's words; returns the exit code. */
int dump_tool_fail(const struct dump_file *f, const struct options *o);
/* The words for a server that does not begin. False: it is something else. */
bool dump_tool_refused(const struct err *why, const char *where);

#endif
