/* SPDX-License-Identifier: BSD-3-Clause */
/* --dash: what goes on on the servers, as a full-screen view that is drawn each second. */
#ifndef VK_DASH_H
#define VK_DASH_H

#include "run.h"

int dash_main(struct run *r);

#endif
