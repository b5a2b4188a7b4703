/* SPDX-License-Identifier: BSD-3-Clause */
/* The shell's \connect: another server in place of the present one, which is left only once the
 * other is connected. */
#ifndef VK_CONNECT_H
#define VK_CONNECT_H

#include "meta.h"

/* [URI | [@]PROFILE | HOST[:PORT] | HOST PORT | PATH]; without a word the same server anew, as the
 * options say. */
meta_fn connect_run;
/* The history becomes that of the profile that is connected to; typing suggests from it. */
void connect_open_history(struct shell *s);
/* Leave the server, and give up what the shell connected with. */
void connect_release(struct shell *s);

#endif
