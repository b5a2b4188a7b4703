/* SPDX-License-Identifier: BSD-3-Clause */
/* peek KEY ...: what a key is, how large, how long it lives, and the beginning of its value. No
 * command of it reads more than a few elements, and a value that may hold large ones is not read.
 */
#ifndef VK_PEEK_H
#define VK_PEEK_H

#include "meta.h"

meta_fn peek_meta;

#endif
