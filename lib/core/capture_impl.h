/* SPDX-License-Identifier: BSD-3-Clause */
/* How each kind of record is laid out, for the writer and the reader. Private to core. */
#ifndef CORE_CAPTURE_IMPL_H
#define CORE_CAPTURE_IMPL_H

#include "core/capture.h"

/* What an element behind the record's name is. */
enum capture_field {
    FIELD_END, /* no more */
    FIELD_VERSION,
    FIELD_TIME,
    FIELD_FROM,
    FIELD_NODE,
    FIELD_COUNT,
    FIELD_DB,
    FIELD_ORIGIN,
    FIELD_ADDR,
    FIELD_PROGRAM,
    FIELD_CHANNEL,
    FIELD_PATTERN,
    FIELD_TEXT,
    FIELD_ARGS, /* all that follow */
};

enum { CAPTURE_KINDS = CAPTURE_END + 1, CAPTURE_FIELDS = 8, CAPTURE_ORIGINS = 4 };

struct capture_shape {
    const char *name;
    enum capture_field fields[CAPTURE_FIELDS];
};

extern const struct capture_shape capture_shapes[CAPTURE_KINDS]; /* by enum capture_kind */
extern const char *const capture_origin_names[CAPTURE_ORIGINS];  /* by enum monitor_origin */

#endif
