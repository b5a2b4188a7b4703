/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys that go from server to server: --export, --import, --copy-to. */
#ifndef VK_OPTIONS_COPY_H
#define VK_OPTIONS_COPY_H

#include "base/opt.h"
#include "options_sweep.h"

struct options_copy {
    bool export, import;        /* modes */
    char *to;                   /* --copy-to: a URI or @NAME; owned, secret; NULL = not asked for */
    bool replace;               /* --replace */
    bool idle;                  /* --with-idle */
    const char *rewrite_prefix; /* --rewrite-prefix; NULL = none */
};

/* For an opt_group whose target is a struct options_copy. */
extern const struct opt_row options_copy_rows[];
/* VK_EUSAGE: options that mean nothing together, or without others. */
int options_copy_check(const struct options_copy *o, const struct options_sweep *which,
                       struct err *e) MUST_CHECK;
/* Wipes the secret. */
void options_copy_release(struct options_copy *o);
/* What --rewrite-prefix says, "A:B": without quotes there is one colon, in quotes ("A":"B") the
 * texts are any bytes. from and to are appended to. VK_EUSAGE. */
int options_copy_prefix(const char *text, struct buf *from, struct buf *to,
                        struct err *e) MUST_CHECK;

#endif
