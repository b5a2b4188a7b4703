/* SPDX-License-Identifier: BSD-3-Clause */
/* Mass insertion: --pipe. */
#ifndef VK_OPTIONS_BULK_H
#define VK_OPTIONS_BULK_H

#include "base/opt.h"

enum bulk_format {
    BULK_FORMAT_AUTO,
    BULK_FORMAT_RESP,
    BULK_FORMAT_LINES,
    BULK_FORMAT_CSV,
    BULK_FORMAT_TSV,
};

struct options_bulk {
    bool pipe;
    int64_t timeout_s;   /* without a reply; 0 = for ever */
    const char *format;  /* --pipe-format, NULL = found out */
    enum bulk_format as; /* the same, once it is checked */
    const char *tmpl;    /* --template, NULL = none */
    bool header;
    int64_t max_errors; /* 0 = no bound; -1 = none was given */
    const char *errors_to, *resume;
    uint64_t resume_at, resume_line; /* of resume; line 0 = not given */
};

/* For an opt_group whose target is a struct options_bulk. */
extern const struct opt_row options_bulk_rows[];
void options_bulk_init(struct options_bulk *o);
/* VK_EUSAGE: what does not go together. */
int options_bulk_check(struct options_bulk *o, struct err *e) MUST_CHECK;

#endif
