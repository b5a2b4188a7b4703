/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands that have more replies than one, or none, or make the connection something else: among
 * pipelined ones no reply could be told from another any more. */
#ifndef VK_BULK_REFUSE_H
#define VK_BULK_REFUSE_H

#include <stddef.h>

/* Why the command, a whole array in RESP, cannot be sent in bulk: "MONITOR has ..."; NULL: it can.
 */
const char *bulk_refuse(const char *p, size_t len);

#endif
