/* SPDX-License-Identifier: BSD-3-Clause */
/* Grammars of servers that were met before, on disk: $XDG_CACHE_HOME/valkit/commands, a file each,
 * which nobody else reads. */
#ifndef VK_LEARN_CACHE_H
#define VK_LEARN_CACHE_H

#include "ui/grammar.h"

/* The file for a server of that identity; NULL when there is no home. The caller frees it. */
char *learn_cache_path(const char *identity);
/* Into g what is known of such a server. False: nothing is, or the file is damaged; g is as before.
 */
bool learn_cache_load(const char *identity, struct grammar *g);
/* Keep what the server said. Nobody hears of a failure: it is asked again then. */
void learn_cache_save(const char *identity, const struct grammar *g);

#endif
