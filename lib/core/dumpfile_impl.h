/* SPDX-License-Identifier: BSD-3-Clause */
/* What the writer and the reader of dump files share. Private to core. */
#ifndef CORE_DUMPFILE_IMPL_H
#define CORE_DUMPFILE_IMPL_H

#include "core/dumpfile.h"

#define DUMPFILE_MAGIC "valkit-dump "

enum { /* bytes */
       DUMPFILE_HEAD = 5,
       DUMPFILE_HEAD_CHECK = 4,
       DUMPFILE_CHECK = 8,
};

enum { DUMPFILE_EXPIRES = 1, DUMPFILE_IDLE = 2, DUMPFILE_FREQ = 4 }; /* a key's flags */

extern const char dumpfile_kinds[]; /* by enum dumpfile_kind */

#endif
