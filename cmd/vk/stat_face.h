/* SPDX-License-Identifier: BSD-3-Clause */
/* --stat of the compatible faces: the tool's own table, to the byte. */
#ifndef VK_STAT_FACE_H
#define VK_STAT_FACE_H

#include "run.h"

int stat_face_main(struct run *r);

#endif
