/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of a command by its name alone. */
#ifndef CORE_COMMAND_H
#define CORE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

/* argv[0..argc) only reads: sending it twice changes nothing. From the reference's READ_COMMANDS
 * and the read-only server commands without key. Unknown commands are writes. */
bool command_reads_only(int argc, const char *const *argv, const size_t *lens);
/* The server may hold back the reply for as long as it likes (BLPOP, XREAD BLOCK, WAIT, ...): no
 * command time-out applies, and an interrupted one means a new connection. */
bool command_blocks(int argc, const char *const *argv, const size_t *lens);

#endif
