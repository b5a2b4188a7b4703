/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of the filter. */
#ifndef VKTAIL_FILTER_IMPL_H
#define VKTAIL_FILTER_IMPL_H

#include "filter.h"

/* filter_match.c: does one rule match, negated or not? */
bool filter_match(const struct filter_rule *r, struct filter_work *w, const struct event *ev);

/* filter_grep.c. VK_EUSAGE: not a regular expression (POSIX extended). */
int filter_grep_new(const char *pattern, struct filter_grep **out, struct err *e) MUST_CHECK;
void filter_grep_free(struct filter_grep *g);
/* False: it cannot match what a line of MONITOR says, whatever it decodes to. */
bool filter_grep_may(const struct filter_grep *g, struct event_text line);
bool filter_grep_matches(const struct filter_grep *g, const char *text, size_t len);

#endif
