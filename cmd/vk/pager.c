/* SPDX-License-Identifier: BSD-3-Clause */
/* See pager.h. */
#include "pager.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/msg.h"
#include "base/str.h"

enum { NAME_BYTES = 256, CANNOT_RUN = 126, NOT_FOUND = 127 /* as sh says it */ };

/* less shows colours only when told to, and $PAGER rarely tells it; who has $LESS knows better. */
static const char less_setting[] = "LESS=RFX";
static const char less_itself[] = "less -RFX";

void pager_release(struct pager *p) {
    free(p->command);
    *p = (struct pager){0};
}

void pager_set(struct pager *p, const char *words, size_t len) {
    p->off = str_ieq(words, len, "off");
    if (p->off || str_ieq(words, len, "on")) return;
    free(p->command);
    p->command = mem_dup(words, len);
}

const char *pager_command(const struct pager *p) {
    const char *own = getenv("PAGER");
    if (p->off) return NULL;
    if (p->command) return p->command;
    return own && *own ? own : less_itself;
}

/* Whether sh will find it can be told for a plain name; of anything else sh has to. */
static bool may_run(const char *command) {
    char name[NAME_BYTES];
    size_t len = strcspn(command, " \t");
    if (!len || len >= sizeof name || strcspn(command, "='\"\\$`;&|<>(){}*?~") < len) return true;
    memcpy(name, command, len);
    name[len] = 0;
    return child_in_path(name);
}

static void give_up(struct pager *p, const char *why) {
    snprintf(p->trouble, sizeof p->trouble,
             "the pager '%.80s' %s: replies are shown without (\\pager on tries again)",
             pager_command(p), why);
    p->off = true;
}

void pager_say_trouble(struct pager *p) {
    if (*p->trouble) msg_warn("%s", p->trouble);
    *p->trouble = 0;
}

struct child_opts pager_environment(void) {
    static const char *const secrets[] = {"VALKEYCLI_AUTH", "REDISCLI_AUTH", NULL};
    return (struct child_opts){.hidden = secrets};
}

bool pager_start(struct pager *p, struct child_feed *out) {
    const char *command = pager_command(p);
    struct child_opts o = pager_environment();
    struct err e;
    if (!command) return false;
    if (!may_run(command)) {
        if (command == less_itself) /* nobody has asked for it */
            p->off = true;
        else
            give_up(p, "is not there");
        return false;
    }
    o.setting = less_setting;
    if (child_feed_start(command, &o, out, &e) == 0) return true;
    give_up(p, e.text);
    return false;
}

void pager_ended(struct pager *p, int status) {
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    if (code == CANNOT_RUN || code == NOT_FOUND) give_up(p, "could not be run");
}
