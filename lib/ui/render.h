/* SPDX-License-Identifier: BSD-3-Clause */
/* Reply events to text as they come: nothing is kept but a small frame per open aggregate, so a reply
 * of a million elements starts at once and takes little memory. Formats are those of redis-cli, to the
 * byte, where it has them. */
#ifndef UI_RENDER_H
#define UI_RENDER_H

#include "resp/reply.h"

enum render_format {
    RENDER_STANDARD,    /* for people: quoted strings, numbered elements */
    RENDER_RAW,         /* the bytes */
    RENDER_CSV,
    RENDER_JSON,        /* strings as they are, control characters escaped */
    RENDER_QUOTED_JSON, /* ... and every byte that is not printable ASCII */
    RENDER_NDJSON,      /* one line of valid UTF-8 JSON a reply; see render_json.c for binary strings */
};

struct render_opts {
    enum render_format format;
    bool safe;             /* it goes to a terminal: no byte of the server's may drive it */
    const char *delim;     /* between elements in RAW (-d), default "\n" */
    size_t delim_len;
    const char *cmd_delim; /* behind each reply in RAW (-D), default "\n" */
    size_t cmd_delim_len;
};

/* Called when out holds more than RENDER_FLUSH_BYTES, to write and clear it; non-zero stops the rendering
 * (render_event returns it). */
typedef int render_flush_fn(void *arg);

enum { RENDER_FLUSH_BYTES = 65536 };

struct render_frame;

struct render {
    struct render_opts opts;
    struct buf *out; /* borrowed */
    render_flush_fn *flush;
    void *flush_arg;
    bool plain;      /* this reply's strings are text for people: printed unquoted in STANDARD */
    /* private to render*.c */
    struct render_frame *frames;
    uint32_t cap, depth;
    struct buf prefix;
    unsigned flags;
    char pending[8]; /* a UTF-8 sequence cut by a piece's end */
    uint32_t pending_len;
    int error;
};

/* delims NULL = defaults. out and flush_arg are borrowed; flush may be NULL (out then just grows). */
void render_init(struct render *r, const struct render_opts *o, struct buf *out,
                 render_flush_fn *flush, void *flush_arg);
void render_release(struct render *r);
/* Before each reply: plain for commands whose reply is text (INFO, LOLWUT, CLUSTER NODES, ...; see
 * render_command_is_plain). */
void render_begin(struct render *r, bool plain);
/* One event; after the one with `done` the reply is complete in out, its line end included. 0, or what
 * flush returned. */
int render_event(struct render *r, const struct resp_event *ev) MUST_CHECK;
/* A whole tree (pushes). */
int render_reply(struct render *r, const struct reply *reply) MUST_CHECK;
/* True for the commands whose bulk reply redis-cli prints unquoted on a terminal. */
bool render_command_is_plain(int argc, const char *const *argv, const size_t *lens);

#endif
