/* SPDX-License-Identifier: BSD-3-Clause */
/* The engine under every way of running commands: a window of commands in flight, their replies
 * rendered in order, as they come, to standard output. */
#ifndef VK_RUN_H
#define VK_RUN_H

#include "doubt.h"
#include "hold.h"
#include "io/file.h"
#include "options.h"
#include "resp/quote.h"
#include "typed_json.h"
#include "ui/render.h"
#include "wire.h"

enum { RUN_WINDOW = 1024 }; /* commands in flight */

struct run;

/* One command in flight. */
struct slot {
    struct run *run;
    uint64_t line;                /* in a script, 0 = none */
    bool plain;                   /* its reply is text for people */
    bool started;                 /* an event of its reply has come */
    bool failed;                  /* its reply is an error */
    bool shuts_down;              /* SHUTDOWN: the connection's end is its reply */
    struct resp_quote_args *args; /* owned: arguments that must outlive the submit */
    int argc;                     /* the command, while it may have to be sent again */
    const char *const *argv;
    const size_t *lens;
    bool moved;       /* answered with a redirect: to be sent through the cluster */
    struct hold hold; /* what came before its turn */
};

struct slot;
/* A whole reply for reading, instead of text as it comes: append it to out. */
typedef void run_view_fn(void *arg, const struct slot *s, const struct reply *r, struct buf *out);
/* An event of a reply that is no error, instead of rendering it; <0: nothing more is wanted. */
typedef int run_take_fn(void *arg, const struct slot *s, const struct resp_event *ev,
                        struct err *e);
/* An error reply on its way to standard error, in other words: append whole lines to out. */
typedef void run_error_fn(void *arg, const struct slot *s, const struct buf *text, struct buf *out);
/* Around each write to standard output: a line that is being typed makes room, and comes back. */
typedef void run_around_fn(void *arg, bool before);

struct run {
    const struct options *opts;
    run_around_fn *around; /* NULL = nothing */
    void *around_arg;
    run_error_fn *word_error; /* NULL = as it came */
    void *word_error_arg;
    run_view_fn *view; /* NULL = render */
    void *view_arg;
    run_take_fn *take; /* NULL = view or render */
    void *take_arg;
    bool held;                  /* output waits: another program has the screen */
    struct reply_builder *tree; /* what has come of the reply under way, with view */
    struct loop *loop;
    struct wire wire;
    struct render render;
    struct buf out; /* waits for standard output */
    struct render push_render;
    struct buf push_out;   /* pushes that came in the middle of a reply wait for its end */
    struct buf error_text; /* an error reply that goes to standard error */
    struct err stopped;    /* why nothing more can be run; code 0 = all is well */
    bool muted;            /* output is dropped: a signal came while nobody took it */
    bool errors_aside;     /* error replies go to standard error */
    bool stop_on_error;
    bool saw_error;            /* with stop_on_error: send no more */
    enum errclass first_class; /* of the first error reply */
    uint64_t n_replies, n_failed;
    uint64_t first_failed_line;
    struct buf first_failed;  /* text of the first error reply */
    struct doubt doubt;       /* after a loss: what got no reply */
    struct typed_json *typed; /* replies as typed objects, NULL = as they come */
    struct file_out *file;    /* --out */
    bool file_whole;          /* a bulk reply was written to it in full */
    char redirect[256];       /* what moves a compatible face */
    bool moving;              /* a redirect came: the rest goes through the cluster */
    struct resp_quote_args *spare[RUN_WINDOW + 1]; /* words of commands that are over, for others */
    size_t n_spare;
    size_t in_flight, head; /* slots from head on, in order, as a ring */
    struct slot slots[RUN_WINDOW];
};

int run_init(struct run *r, const struct options *o, struct loop *l, struct err *e) MUST_CHECK;
void run_release(struct run *r);
/* Connect to where o says, and leave the present server for it; nothing is in flight. When that
 * fails the present one stays. o is borrowed from then on. */
int run_move(struct run *r, const struct options *o, struct err *e) MUST_CHECK;
/* An empty line's words to split into, owned by the caller; run_spare takes them back. */
struct resp_quote_args *run_words(struct run *r);
void run_spare(struct run *r, struct resp_quote_args *args);
/* Submit one command; there must be room (in_flight < RUN_WINDOW). args is taken over when it must
 * outlive the call: *args is then NULL. With args NULL the words live until the reply. It leaves
 * with run_turn. */
int run_submit(struct run *r, struct resp_quote_args **args, int argc, const char *const *argv,
               const size_t *lens, uint64_t line);
/* Send what waits, then one turn of the loop. A redirect makes a cluster of the connection here. */
void run_turn(struct run *r, int64_t until_ns);
/* Turn until all replies are in or the run has stopped; then run_give_up. */
void run_drain(struct run *r);
/* Wait for no reply any more: one cut off in the middle gets its line end, those that are missing
 * count as unanswered. */
void run_give_up(struct run *r);
/* The connection is in a mode that has pushes of its own: SUBSCRIBE, MONITOR. */
bool run_is_listening(const struct run *r);
/* Print pushes until a signal or the connection's end, when the connection is in a mode that has
 * them (SUBSCRIBE, MONITOR). */
void run_listen(struct run *r);
/* Write what waits to standard output. A closed pipe ends the program as the signal would have. */
void run_flush(struct run *r);
/* A signal asked to stop: note it (once). */
bool run_interrupted(struct run *r);

#endif
