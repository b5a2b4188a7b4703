/* SPDX-License-Identifier: BSD-3-Clause */
/* The program that replies longer than the screen are read in: what \pager named, $PAGER, or
 * `less -RFX`. */
#ifndef VK_PAGER_H
#define VK_PAGER_H

#include "io/child.h"

struct pager {
    char *command;     /* of \pager, owned; NULL = the environment's */
    bool off;          /* by \pager, or because there is none */
    char trouble[256]; /* why, until it has been said */
};

void pager_release(struct pager *p);
/* For \pager: "on", "off" or a command. */
void pager_set(struct pager *p, const char *words, size_t len);
/* What is run; NULL = replies go to the screen as they are. */
const char *pager_command(const struct pager *p);
/* Start it. False: there is none. */
bool pager_start(struct pager *p, struct child_feed *out);
/* It has ended, and how (a wait status): one that could not run is not tried again. */
void pager_ended(struct pager *p, int status);

/* A pager that could not be run: once, and behind what it was to show. */
void pager_say_trouble(struct pager *p);

/* For whatever the shell starts: its environment without our secrets. */
struct child_opts pager_environment(void);

#endif
