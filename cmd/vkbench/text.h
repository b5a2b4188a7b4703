/* SPDX-License-Identifier: BSD-3-Clause */
/* What the native text report is made of: sentences that are wrapped, cells of tables, colours. */
#ifndef VKBENCH_TEXT_H
#define VKBENCH_TEXT_H

#include "report.h"

enum { TEXT_COLUMNS = 80, TEXT_LINE_MAX = 4096 };

struct text {
    struct buf *out;
    bool colour;
};

#define TEXT_PLAIN ""
#define TEXT_BOLD "1"
#define TEXT_RED "31"
#define TEXT_YELLOW "33"

void text_paint(const struct text *t, const char *colour);
void text_unpaint(const struct text *t, const char *colour);
/* A sentence on a line of its own. What it quotes of a server is escaped. */
void text_say(const struct text *t, const char *colour, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* A blank and the text, right-aligned in so many columns. */
void text_cell(const struct text *t, int columns, const char *text);
/* "s" unless n is 1. */
const char *text_plural(double n);

/* report_text_cluster.c: nodes, redirects, outages, and the seconds around them. */
void text_cluster(const struct text *t, const struct run_opts *o, const struct run_result *r);

#endif
