/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the replies to an entry go: to the screen, there into the pager when they are longer than
 * it, to another program, or into a file. A program is started with the first that comes for it;
 * what takes no more (`| head`, a pager that was left) ends the output quietly. A file is written
 * whole or not at all. Writing waits for who reads, and meanwhile nothing is read from the server.
 */
#ifndef VK_SINK_H
#define VK_SINK_H

#include "pager.h"
#include "redirect.h"
#include "run.h"
#include "ui/view.h"
#include "ui/wrap.h"

struct sink {
    struct run *run;
    struct pager *pager;
    enum redirect_kind kind;
    char *name;              /* the program's command, the file's name */
    struct buf text;         /* rendered, on its way */
    struct wrap wrap;        /* of what stands in text */
    size_t wrapped;          /* bytes of it that are counted */
    struct render render;    /* bytes as a script would see them, with render_on */
    struct child_feed child; /* the program or the pager, pid 0 = not started */
    struct file_out *file;
    uint64_t written;
    struct err why;        /* of a failure; code 0 = none */
    bool render_on, begun; /* begun: a reply has */
    bool gone;             /* nobody reads any more */
};

void sink_init(struct sink *k, struct run *r, struct pager *p);
void sink_release(struct sink *k);
/* Before the command is sent: its replies go there, in that format. A file is opened. */
int sink_open(struct sink *k, const struct redirect *to, enum view_format format,
              struct err *e) MUST_CHECK;
bool sink_is_screen(const struct sink *k);
/* A whole reply. Errors always go to the screen. */
void sink_view(struct sink *k, const struct view_opts *how, const struct slot *slot,
               const struct reply *r);
/* Text of our own, whole lines. */
void sink_text(struct sink *k, const char *p, size_t n);
/* What there is is whole for now: show it. */
void sink_flush(struct sink *k);
/* It is over: wait for the program's end, put the file under its name; or, when not all is well,
 * leave the file as it was. What went wrong is said. */
void sink_close(struct sink *k, bool good);

#endif
